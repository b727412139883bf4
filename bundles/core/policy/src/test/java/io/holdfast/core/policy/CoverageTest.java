package io.holdfast.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.core.policy.Coverage.Decision;
import io.holdfast.core.policy.Coverage.Scope;
import io.holdfast.core.policy.Coverage.Standing;
import io.holdfast.core.policy.InstanceMatch.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoverageTest {

    private static final Candidate WEB = candidate("i1", "p1", "web-1", Map.of("env", "prod"));
    private static final Candidate TEST = candidate("i2", "p1", "web-test", Map.of("env", "test"));
    private static final Candidate DB = candidate("i3", "p2", "db-1", Map.of());

    private static Candidate candidate(String id, String provider, String name, Map<String, String> labels) {
        return new Candidate(id, provider, name, "machine", labels, true);
    }

    private static Scope scope(String id, int priority, Set<String> named, List<String> include, List<String> exclude) {
        return new Scope(
                id,
                priority,
                named,
                include.stream().map(MatchText::read).toList(),
                exclude.stream().map(MatchText::read).toList());
    }

    private static Map<String, Standing> standings(Coverage coverage, String policy, Candidate... candidates) {
        Map<String, Standing> standings = new java.util.TreeMap<>();
        coverage.of(policy, List.of(candidates))
                .forEach(d -> standings.put(d.instance().id(), d.standing()));
        return standings;
    }

    @Test
    void rules_include_and_exclude_by_provider_name_and_label() {
        Coverage coverage = new Coverage(List.of(
                scope("a", 50, Set.of(), List.of("name=web-*", "provider=p2 name=db-?"), List.of("label:env=t*"))));
        assertThat(standings(coverage, "a", WEB, TEST, DB, candidate("i4", "p1", "db-1", Map.of())))
                .isEqualTo(Map.of("i1", Standing.MATCHED, "i2", Standing.EXCLUDED, "i3", Standing.MATCHED));
    }

    @Test
    void a_name_wins_over_an_exclusion_and_over_the_rules_of_a_policy_that_goes_first() {
        Coverage coverage = new Coverage(List.of(
                scope("first", 90, Set.of(), List.of("*"), List.of()),
                scope("named", 10, Set.of("i2"), List.of("name=web-*"), List.of("label:env=test"))));
        assertThat(standings(coverage, "named", WEB, TEST))
                .isEqualTo(Map.of("i1", Standing.TAKEN, "i2", Standing.NAMED));
        assertThat(standings(coverage, "first", WEB, TEST))
                .isEqualTo(Map.of("i1", Standing.MATCHED, "i2", Standing.TAKEN));
    }

    @Test
    void of_several_that_match_the_higher_priority_goes_first_then_the_older_one() {
        Scope low = scope("a", 10, Set.of(), List.of("*"), List.of());
        Scope old = scope("b", 50, Set.of(), List.of("*"), List.of());
        Scope young = scope("c", 50, Set.of(), List.of("*"), List.of());
        assertThat(new Coverage(List.of(low, young, old)).policyOf(WEB)).contains("b");
    }

    @Test
    void what_is_gone_is_covered_and_not_run() {
        Candidate gone = new Candidate("i9", "p1", "web-9", "machine", Map.of(), false);
        Coverage coverage = new Coverage(List.of(scope("a", 50, Set.of(), List.of("name=web-*"), List.of())));
        assertThat(coverage.of("a", List.of(gone))).singleElement().satisfies(d -> {
            assertThat(d.standing()).isEqualTo(Standing.ABSENT);
            assertThat(d.covered()).isTrue();
        });
    }

    @Test
    void a_policy_without_rules_and_names_covers_nothing() {
        assertThat(new Coverage(List.of(scope("a", 50, Set.of(), List.of(), List.of()))).of("a", List.of(WEB)))
                .isEmpty();
        assertThat(new Coverage(List.of()).of("unknown", List.of(WEB))).isEmpty();
    }

    @Test
    void every_instance_has_one_policy_at_most_whatever_the_order() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Candidate> candidates = candidates(random);
            List<Scope> scopes = scopes(random);
            Coverage coverage = new Coverage(scopes);
            List<Scope> shuffled = new ArrayList<>(scopes);
            Collections.shuffle(shuffled, random);
            Coverage other = new Coverage(shuffled);
            for (Candidate c : candidates) {
                long owners = scopes.stream()
                        .flatMap(s -> coverage.of(s.policyId(), List.of(c)).stream())
                        .filter(Decision::covered)
                        .count();
                assertThat(owners)
                        .as("seed %d", seed)
                        .isEqualTo(coverage.policyOf(c).isPresent() ? 1 : 0);
                assertThat(other.policyOf(c)).as("seed %d", seed).isEqualTo(coverage.policyOf(c));
            }
        }
    }

    private static List<Candidate> candidates(Random random) {
        List<Candidate> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Map<String, String> labels = random.nextBoolean() ? Map.of("env", "e" + random.nextInt(3)) : Map.of();
            all.add(new Candidate(
                    "i" + i,
                    "p" + random.nextInt(2),
                    "n" + random.nextInt(5),
                    "machine",
                    labels,
                    random.nextBoolean()));
        }
        return all;
    }

    private static List<Scope> scopes(Random random) {
        List<Scope> scopes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            scopes.add(scope(
                    "s" + i,
                    random.nextInt(3),
                    random.nextBoolean() ? Set.of("i" + random.nextInt(20)) : Set.of(),
                    random.nextBoolean()
                            ? List.of("name=n" + random.nextInt(5))
                            : List.of("provider=p0", "label:env=*"),
                    random.nextBoolean() ? List.of("label:env=e1") : List.of()));
        }
        return scopes;
    }

    @ParameterizedTest
    @CsvSource({
        "*,,true",
        "*,abc,true",
        "a*c,abc,true",
        "a*c,ac,true",
        "a*c,abd,false",
        "a?c,abc,true",
        "a?c,ac,false",
        "abc,abc,true",
        "abc,ABC,false",
        "*a*b*,xxaxxbxx,true",
        "*a*b*,xxbxxaxx,false",
        "a**,a,true",
        "a.c,abc,false"
    })
    void patterns_compare_in_full(String pattern, String text, boolean expected) {
        assertThat(InstanceMatch.glob(pattern, text == null ? "" : text)).isEqualTo(expected);
    }

    @Test
    void a_hostile_pattern_takes_no_time() {
        assertThat(InstanceMatch.glob("*a".repeat(50) + "b", "a".repeat(5_000))).isFalse();
    }

    @Test
    void the_text_of_a_rule_gives_it_back() {
        InstanceMatch match = new InstanceMatch("p 1", "w+b=*%", null, Map.of("a b", "c d", "e", "*"));
        assertThat(MatchText.read(MatchText.write(match))).isEqualTo(match);
        InstanceMatch all = new InstanceMatch(null, null, null, Map.of());
        assertThat(MatchText.write(all)).isEqualTo("*");
        assertThat(MatchText.read("*")).isEqualTo(all);
        assertThat(MatchText.read("name=web-*").name()).isEqualTo("web-*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "name=", "name", "colour=red", "name=a name=b", "label:=x", "name=%zz"})
    void rules_that_make_no_sense_are_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MatchText.read(text));
    }
}

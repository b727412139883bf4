package io.holdfast.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.model.fakes.FakeCore;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.scheduler.PolicySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyChangeTest {

    private static final RetentionRule TEN = RuleText.read("full=10/- last=true minimum=1 protect=PT0S zone=Z");
    private static final RetentionRule NINE = RuleText.read("full=9/- last=true minimum=1 protect=PT0S zone=Z");

    private final FakeCore core = new FakeCore();

    private static PolicySpec spec(
            RetentionRule rule, PolicySpec.Copy copy, Set<String> instances, List<InstanceMatch> include) {
        return new PolicySpec(
                "gold",
                Policy.Kind.BACKUP,
                true,
                50,
                "d1",
                instances,
                include,
                List.of(),
                List.of(),
                rule,
                new PolicySpec.Proof(1, null, settings()),
                copy);
    }

    private static Map<String, List<String>> settings() {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        IntStream.range(0, 9).forEach(i -> settings.put("s" + i, List.of("v")));
        return settings;
    }

    private static PolicySpec.Copy copy(String destination, RetentionRule rule) {
        return new PolicySpec.Copy(destination, rule, null);
    }

    private static Set<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "i" + i).collect(Collectors.toSet());
    }

    private PolicyChange change(PolicySpec before, PolicySpec after) throws Exception {
        return new PolicyChange(core, before, after);
    }

    @Test
    void whoeverAgreesSeesWhatWasAndWhatWillBe() throws Exception {
        PolicySpec before = spec(TEN, copy("d2", TEN), Set.of("i1"), List.of(MatchText.read("name=a")));
        PolicySpec after = spec(NINE, copy("d1", NINE), Set.of("i2"), List.of(MatchText.read("name=b")));
        assertThat(change(before, after).description())
                .startsWith("change policy 'gold' so that it may keep less; ")
                .contains("retention: " + RuleText.write(TEN) + " -> " + RuleText.write(NINE))
                .contains("retention of copies: " + RuleText.write(TEN) + " -> " + RuleText.write(NINE))
                .contains("destination of copies: d2 -> 'store' (d1)")
                .contains("instances: 1 -> 1; no more: 'data' (i1); new: i2")
                .contains("include: 1 -> 1; no more: name=a; new: name=b")
                .doesNotContain("exclude", "priority");
    }

    @Test
    void aLongPartDoesNotHideTheOthersNorGetTooLong() throws Exception {
        PolicySpec before = spec(TEN, copy("d2", TEN), Set.of(), List.of());
        List<InstanceMatch> many = IntStream.range(0, 90)
                .mapToObj(i -> MatchText.read("name=a-long-name-" + i))
                .toList();
        assertThat(change(before, spec(NINE, copy("d2", NINE), ids(9_000), many))
                        .description())
                .hasSizeLessThanOrEqualTo(1_000)
                .hasSizeGreaterThan(900)
                .contains("-> " + RuleText.write(NINE))
                .contains("retention of copies")
                .contains("instances: 0 -> 9000; new: i0, 'data' (i1), i10,")
                .contains("include: 0 -> 90; new: name=a-long-name-0,");
    }

    @Test
    void theSameChangeIsTheSameTextInWhateverOrderItIsGiven() throws Exception {
        PolicySpec before = spec(TEN, null, Set.of(), List.of());
        List<InstanceMatch> rules = List.of(MatchText.read("name=a"), MatchText.read("name=b"));
        List<InstanceMatch> turned = List.of(rules.get(1), rules.get(0));
        String exactly = change(before, spec(NINE, null, ids(9), rules)).exactly();
        assertThat(change(before, spec(NINE, null, ids(9), turned)).exactly()).isEqualTo(exactly);
        assertThat(exactly).contains("instances 9 2:i0 2:i1 2:i2").containsSubsequence("2:s0", "2:s1", "2:s8");
        assertThat(change(before, spec(NINE, copy("d2", null), ids(9), rules)).exactly())
                .isNotEqualTo(exactly);
        assertThat(change(null, spec(NINE, null, ids(9), rules)).exactly()).isNotEqualTo(exactly);
        assertThat(change(spec(TEN, null, ids(9), rules), spec(TEN, null, ids(9), turned))
                        .mayKeepLess())
                .isFalse();
    }
}

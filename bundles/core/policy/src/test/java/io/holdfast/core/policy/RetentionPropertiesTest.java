package io.holdfast.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.policy.RetentionDecision.Code;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What no clock of a node and no claim may bring about. */
class RetentionPropertiesTest {

    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private static final Duration TEN_YEARS = Duration.ofDays(3_653);
    private final Retention retention = new Retention(Clock.fixed(NOW, ZoneOffset.UTC));

    private Set<String> kept(List<BackupPoint> points, RetentionRule rule) {
        return retention.decide(points, rule).stream()
                .filter(RetentionDecision::keep)
                .map(d -> d.backup().id())
                .collect(Collectors.toSet());
    }

    private static BackupPoint claimed(int sequence, Instant claim) {
        return new BackupPoint("b" + sequence, "i1", claim, null, false, false, true, sequence);
    }

    private static BackupPoint recorded(int sequence, Instant claim, Instant recorded) {
        return new BackupPoint("b" + sequence, "i1", claim, recorded, false, false, true, sequence);
    }

    /** Times that go up, hours to weeks apart, the last one at most a month ago. */
    private static List<Instant> honest(List<Integer> hours) {
        List<Instant> times = new ArrayList<>();
        Instant time = NOW.minusSeconds(hours.get(0) * 60L);
        for (int h : hours) {
            times.add(time);
            time = time.minus(Duration.ofHours(h));
        }
        Collections.reverse(times);
        return times;
    }

    @Provide
    Arbitrary<List<Integer>> gaps() {
        return Arbitraries.integers().between(30, 400).list().ofMinSize(3).ofMaxSize(40);
    }

    @Provide
    Arbitrary<RetentionRule> rules() {
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 8);
        Arbitrary<Limits> limits = Combinators.combine(
                        Arbitraries.integers().between(1, 10),
                        Arbitraries.integers().between(1, 400))
                .as(Limits::new)
                .injectNull(0.4);
        Arbitrary<KeepRule> keep = Combinators.combine(few, few, few, few, few, few, few)
                .as((a, b, c, d, e, f, g) -> new KeepRule(a, b, c, d, e, f, Duration.ofDays(g)))
                .injectNull(0.4);
        return Combinators.combine(
                        limits,
                        limits,
                        keep,
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 4),
                        few)
                .as((full, incremental, rule, last, minimum, protect) -> new RetentionRule(
                        full, incremental, rule, last, minimum, Duration.ofDays(protect), ZoneOffset.UTC));
    }

    @Property
    void aClaimFarFromTheServersRecordChangesNothing(
            @ForAll("gaps") List<Integer> gaps, @ForAll("rules") RetentionRule rule, @ForAll Random random) {
        List<Instant> times = honest(gaps);
        List<BackupPoint> honest = new ArrayList<>();
        List<BackupPoint> forged = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            Instant time = times.get(i);
            honest.add(recorded(i + 1, time, time));
            Instant claim =
                    switch (random.nextInt(4)) {
                        case 0 -> time.plus(TEN_YEARS);
                        case 1 -> time.minus(TEN_YEARS);
                        case 2 -> Instant.EPOCH;
                        default -> time;
                    };
            forged.add(recorded(i + 1, claim, time));
        }
        assertThat(kept(forged, rule)).isEqualTo(kept(honest, rule));
    }

    @Property
    void oneClockThatIsTenYearsOffPushesNobodyOut(
            @ForAll("gaps") List<Integer> gaps,
            @ForAll("rules") RetentionRule rule,
            @ForAll @IntRange(max = 1_000) int which,
            @ForAll boolean ahead) {
        List<Instant> times = honest(gaps);
        int wrong = which % times.size();
        List<BackupPoint> without = new ArrayList<>();
        List<BackupPoint> with = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            Instant time = times.get(i);
            if (i == wrong) {
                with.add(claimed(i + 1, ahead ? time.plus(TEN_YEARS) : time.minus(TEN_YEARS)));
            } else {
                with.add(claimed(i + 1, time));
                without.add(claimed(i + 1, time));
            }
        }
        assertThat(kept(with, rule)).containsAll(kept(without, rule));
        if (wrong > 0) {
            assertThat(kept(with, rule)).contains("b" + (wrong + 1));
        }
    }

    @Property
    void timesThatGoBackwardsRemoveNothing(@ForAll("gaps") List<Integer> gaps, @ForAll("rules") RetentionRule rule) {
        List<Instant> times = honest(gaps);
        Collections.reverse(times);
        List<BackupPoint> points = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            points.add(claimed(i + 1, times.get(i)));
        }
        assertThat(kept(points, rule)).hasSameSizeAs(points);
    }

    @Property
    void aFloorOfGoodBackupsStaysWhateverIsClaimed(
            @ForAll @Size(max = 30) List<@IntRange(min = -5_000, max = 5_000) Integer> days,
            @ForAll("rules") RetentionRule rule,
            @ForAll Random random) {
        List<BackupPoint> points = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            Instant recorded = random.nextBoolean() ? NOW.minus(Duration.ofDays(days.size() - i)) : null;
            points.add(new BackupPoint(
                    "b" + i,
                    "i1",
                    NOW.plus(Duration.ofDays(days.get(i))),
                    recorded,
                    random.nextBoolean(),
                    random.nextInt(3) == 0,
                    random.nextBoolean(),
                    random.nextInt(5) == 0 ? 0 : i + 1));
        }
        RetentionRule floored = rule.keepingAtLeast(1);
        List<RetentionDecision> decisions = retention.decide(points, floored);
        long good = points.stream().filter(p -> !p.damaged()).count();
        long keptGood = decisions.stream()
                .filter(d -> d.keep() && !d.backup().damaged())
                .count();
        assertThat(keptGood).isGreaterThanOrEqualTo(Math.min(good, floored.keepMinimum()));
        assertThat(decisions).hasSameSizeAs(points);
        assertThat(decisions).allSatisfy(d -> assertThat(d.reasons()).isNotEmpty());
        Collections.shuffle(points, random);
        assertThat(kept(points, floored))
                .isEqualTo(decisions.stream()
                        .filter(RetentionDecision::keep)
                        .map(d -> d.backup().id())
                        .collect(Collectors.toSet()));
    }

    @Property
    void noTimeThatCountsIsLaterThanNowAndBelievedClaimsGoUp(
            @ForAll @Size(max = 30) List<@IntRange(min = -5_000, max = 5_000) Integer> days) {
        List<BackupPoint> points = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            points.add(claimed(i + 1, NOW.plus(Duration.ofDays(days.get(i)))));
        }
        List<Timeline.Dated> dated = Timeline.of(points, NOW);
        Instant last = NOW;
        for (Timeline.Dated one : dated) {
            assertThat(one.time()).isBeforeOrEqualTo(NOW);
            if (one.believed()) {
                assertThat(one.time()).isBeforeOrEqualTo(last);
                last = one.time();
            }
        }
    }

    @Example
    void theNewestStaysAlthoughItsClockStoodTenYearsBehind() {
        List<BackupPoint> points = List.of(
                claimed(1, NOW.minus(Duration.ofDays(3))),
                claimed(2, NOW.minus(Duration.ofDays(2))),
                claimed(3, NOW.minus(TEN_YEARS)));
        RetentionRule rule = new RetentionRule(new Limits(1, 30), null, null, false, 0, Duration.ZERO, ZoneOffset.UTC);
        List<RetentionDecision> decisions = retention.decide(points, rule);
        assertThat(decisions.get(0).reasons())
                .extracting(RetentionDecision.Reason::code)
                .containsExactly(Code.DOUBTFUL_TIME);
        assertThat(kept(points, rule)).containsExactlyInAnyOrder("b2", "b3");
    }

    @Example
    void aRecordOfALaterBackupShowsThatAClaimIsTooYoung() {
        List<BackupPoint> points = List.of(
                claimed(1, NOW.minus(Duration.ofDays(1))),
                recorded(2, NOW.minus(Duration.ofDays(40)), NOW.minus(Duration.ofDays(40))));
        assertThat(Timeline.of(points, NOW).get(1).belief()).isEqualTo(Timeline.Belief.CONTRADICTS);
    }
}

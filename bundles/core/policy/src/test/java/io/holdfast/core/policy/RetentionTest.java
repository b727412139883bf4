package io.holdfast.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.core.policy.RetentionDecision.Code;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.testkit.fake.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private final ManualClock clock = new ManualClock(NOW);
    private final Retention retention = new Retention(clock);

    private static BackupPoint at(String id, Instant time) {
        return new BackupPoint(id, "i1", time, null, false, false, true);
    }

    private static BackupPoint daysAgo(int days) {
        return at("d" + days, NOW.minus(Duration.ofDays(days)));
    }

    private static BackupPoint incremental(String id, Instant time) {
        return new BackupPoint(id, "i1", time, null, true, false, true);
    }

    private static BackupPoint damaged(String id, Instant time) {
        return new BackupPoint(id, "i1", time, null, false, true, true);
    }

    private static List<BackupPoint> daily(int count) {
        return IntStream.range(0, count).mapToObj(RetentionTest::daysAgo).toList();
    }

    private Set<String> kept(List<BackupPoint> points, RetentionRule rule) {
        return retention.decide(points, rule).stream()
                .filter(RetentionDecision::keep)
                .map(d -> d.backup().id())
                .collect(Collectors.toSet());
    }

    private RetentionDecision decision(String id, List<BackupPoint> points, RetentionRule rule) {
        return retention.decide(points, rule).stream()
                .filter(d -> d.backup().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static RetentionRule limits(Limits full, Limits incremental) {
        return new RetentionRule(full, incremental, null, false, 0, Duration.ZERO, ZoneOffset.UTC);
    }

    private static RetentionRule keep(int last, int hourly, int daily, int weekly, int monthly, int yearly) {
        return new RetentionRule(
                null,
                null,
                new KeepRule(last, hourly, daily, weekly, monthly, yearly, Duration.ZERO),
                false,
                0,
                Duration.ZERO,
                ZoneOffset.UTC);
    }

    @Test
    void whicheverLimitIsReachedFirstRemovesABackup() {
        assertThat(kept(daily(10), limits(new Limits(4, 30), null))).containsExactlyInAnyOrder("d0", "d1", "d2", "d3");
        assertThat(kept(daily(10), limits(new Limits(30, 2), null))).containsExactlyInAnyOrder("d0", "d1", "d2");
        assertThat(decision("d4", daily(10), limits(new Limits(4, 30), null))
                        .reasons()
                        .get(0)
                        .code())
                .isEqualTo(Code.TOO_MANY);
        assertThat(decision("d4", daily(10), limits(new Limits(30, 2), null))
                        .reasons()
                        .get(0)
                        .code())
                .isEqualTo(Code.TOO_OLD);
    }

    @Test
    void fullAndIncrementalBackupsAreCountedByThemselves() {
        List<BackupPoint> points = new ArrayList<>(daily(6));
        for (int i = 0; i < 6; i++) {
            points.add(incremental("i" + i, NOW.minus(Duration.ofHours(12 + 24L * i))));
        }
        assertThat(kept(points, limits(new Limits(1, null), new Limits(2, null))))
                .containsExactlyInAnyOrder("d0", "i0", "i1");
    }

    @Test
    void aClassWithoutLimitsIsLeftAlone() {
        List<BackupPoint> points = List.of(daysAgo(400), incremental("i", NOW.minus(Duration.ofDays(400))));
        assertThat(kept(points, limits(new Limits(null, 30), null))).containsExactly("i");
    }

    @Test
    void withoutAnyRuleEverythingIsKept() {
        assertThat(kept(daily(100), limits(null, null))).hasSize(100);
    }

    @Test
    void theLastBackupStaysWhileItsSourceExists() {
        RetentionRule rule = new RetentionRule(new Limits(1, 5), null, null, true, 0, Duration.ZERO, ZoneOffset.UTC);
        assertThat(kept(List.of(daysAgo(100), daysAgo(200)), rule)).containsExactly("d100");
        List<BackupPoint> gone =
                List.of(new BackupPoint("x", "i1", NOW.minus(Duration.ofDays(100)), null, false, false, false));
        assertThat(kept(gone, rule)).isEmpty();
    }

    @Test
    void instancesAreDecidedByThemselves() {
        BackupPoint other = new BackupPoint("o", "i2", NOW.minus(Duration.ofDays(3)), null, false, false, true);
        List<BackupPoint> points = List.of(daysAgo(0), daysAgo(1), other);
        assertThat(kept(points, limits(new Limits(1, null), null))).containsExactlyInAnyOrder("d0", "o");
    }

    @Test
    void theNewestOfEachPeriodIsKept() {
        List<BackupPoint> points = new ArrayList<>();
        for (int hour = 0; hour < 24 * 40; hour++) {
            points.add(at("h" + hour, NOW.minus(Duration.ofHours(hour))));
        }
        assertThat(kept(points, keep(3, 0, 0, 0, 0, 0))).containsExactlyInAnyOrder("h0", "h1", "h2");
        assertThat(kept(points, keep(0, 5, 0, 0, 0, 0))).hasSize(5);
        // noon is the newest of today; 23 o'clock that of the days before
        assertThat(kept(points, keep(0, 0, 3, 0, 0, 0))).containsExactlyInAnyOrder("h0", "h13", "h37");
        // 15 June 2026 is a Monday
        assertThat(kept(points, keep(0, 0, 0, 2, 0, 0))).containsExactlyInAnyOrder("h0", "h13");
        assertThat(kept(points, keep(0, 0, 0, 0, 2, 0))).containsExactlyInAnyOrder("h0", "h" + (14 * 24 + 13));
        assertThat(kept(points, keep(0, 0, 0, 0, 0, 3))).containsExactly("h0");
    }

    @Test
    void periodsBeginWhereTheRuleSaysThatPeopleLive() {
        BackupPoint evening = at("evening", Instant.parse("2026-06-14T22:30:00Z"));
        BackupPoint noon = at("noon", Instant.parse("2026-06-14T12:00:00Z"));
        KeepRule daily = new KeepRule(0, 0, 2, 0, 0, 0, Duration.ZERO);
        RetentionRule utc = new RetentionRule(null, null, daily, false, 0, Duration.ZERO, ZoneOffset.UTC);
        RetentionRule berlin =
                new RetentionRule(null, null, daily, false, 0, Duration.ZERO, ZoneId.of("Europe/Berlin"));
        assertThat(kept(List.of(evening, noon), utc)).containsExactly("evening");
        assertThat(kept(List.of(evening, noon), berlin)).containsExactlyInAnyOrder("evening", "noon");
    }

    @Test
    void aBackupIsKeptWithEveryReasonForIt() {
        List<RetentionDecision.Reason> reasons =
                decision("d0", daily(3), keep(1, 0, 1, 0, 1, 0)).reasons();
        assertThat(reasons)
                .extracting(RetentionDecision.Reason::code)
                .containsExactly(Code.LAST, Code.DAILY, Code.MONTHLY);
        assertThat(decision("d2", daily(3), keep(1, 0, 1, 0, 1, 0)).reasons())
                .extracting(RetentionDecision.Reason::code)
                .containsExactly(Code.NOT_KEPT);
    }

    @Test
    void everythingYoungEnoughIsKept() {
        KeepRule within = new KeepRule(0, 0, 0, 0, 0, 0, Duration.ofDays(2));
        RetentionRule rule = new RetentionRule(null, null, within, false, 0, Duration.ZERO, ZoneOffset.UTC);
        assertThat(kept(daily(10), rule)).containsExactlyInAnyOrder("d0", "d1", "d2");
    }

    @Test
    void theFloorStaysHoweverOld() {
        RetentionRule rule = new RetentionRule(new Limits(1, 1), null, null, false, 3, Duration.ZERO, ZoneOffset.UTC);
        List<BackupPoint> old = List.of(daysAgo(100), daysAgo(200), daysAgo(300), daysAgo(400));
        assertThat(kept(old, rule)).containsExactlyInAnyOrder("d100", "d200", "d300");
    }

    @Test
    void forgedFutureTimesTakeNobodysPlace() {
        List<BackupPoint> points = new ArrayList<>(daily(4));
        for (int i = 1; i <= 50; i++) {
            points.add(at("forged" + i, NOW.plus(Duration.ofDays(30L * i))));
        }
        RetentionRule rule = limits(new Limits(4, 30), null);
        assertThat(kept(points, rule)).contains("d0", "d1", "d2", "d3").hasSize(54);
        assertThat(decision("forged1", points, rule).reasons().get(0).code()).isEqualTo(Code.FUTURE_TIME);
        assertThat(kept(points, keep(2, 0, 0, 0, 0, 0))).contains("d0", "d1").doesNotContain("d2");
    }

    @Test
    void aClaimThatContradictsTheServersRecordIsNotBelieved() {
        // the node's clock stood in 1970: by its claim the backup would be removed at once
        BackupPoint wrong = new BackupPoint("wrong", "i1", Instant.EPOCH, NOW.minusSeconds(60), false, false, true);
        assertThat(kept(List.of(wrong, daysAgo(5)), limits(new Limits(null, 30), null)))
                .contains("wrong");
        // claims the future, but the server knows better
        BackupPoint future = new BackupPoint(
                "future", "i1", NOW.plus(Duration.ofDays(900)), NOW.minus(Duration.ofDays(40)), false, false, true);
        assertThat(kept(List.of(future, daysAgo(5)), limits(new Limits(null, 30), null)))
                .containsExactly("d5");
    }

    @Test
    void aFloodOfNewBackupsCannotPushOutWhatIsProtected() {
        List<BackupPoint> points = new ArrayList<>(daily(5));
        for (int i = 0; i < 200; i++) {
            points.add(at("flood" + i, NOW.minusSeconds(i)));
        }
        RetentionRule rule =
                new RetentionRule(new Limits(4, 30), null, null, false, 0, Duration.ofDays(7), ZoneOffset.UTC);
        assertThat(kept(points, rule)).contains("d0", "d1", "d2", "d3", "d4");
    }

    @Test
    void damagedBackupsDoNotCountAsTheOnesThatAreKept() {
        List<BackupPoint> points =
                List.of(damaged("x1", NOW.minusSeconds(1)), damaged("x2", NOW.minusSeconds(2)), daysAgo(1), daysAgo(2));
        assertThat(kept(points, limits(new Limits(1, null), null)))
                .contains("d1")
                .doesNotContain("d2");
        assertThat(kept(points, keep(1, 0, 0, 0, 0, 0))).containsExactly("d1");
        RetentionRule floor = new RetentionRule(new Limits(1, 1), null, null, true, 1, Duration.ZERO, ZoneOffset.UTC);
        assertThat(kept(List.of(damaged("x", NOW.minusSeconds(9)), daysAgo(90)), floor))
                .contains("d90");
    }

    @Test
    void aClockThatJumpsYearsAheadLeavesTheFloor() {
        clock.advance(Duration.ofDays(4_000));
        assertThat(kept(daily(10), RetentionRule.standard())).containsExactly("d0");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepRule(-1, 0, 0, 0, 0, 0, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetentionRule(null, null, null, false, -1, Duration.ZERO, ZoneOffset.UTC));
    }

    @Test
    void propertiesHoldForRandomBackupsAndRules() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<BackupPoint> points = points(random);
            RetentionRule rule = rule(random);
            List<RetentionDecision> decisions = retention.decide(points, rule);
            String what = "seed " + seed + " " + rule;

            assertThat(decisions).as(what).hasSize(points.size());
            assertThat(decisions).as(what).allSatisfy(d -> assertThat(d.reasons())
                    .isNotEmpty());
            assertThat(decisions.stream().map(RetentionDecision::backup).toList())
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(points);

            Set<String> before = kept(points, rule);
            Collections.shuffle(points, random);
            assertThat(kept(points, rule)).as("order does not matter, " + what).isEqualTo(before);

            Set<String> keptOnce = kept(points, rule);
            List<BackupPoint> left =
                    points.stream().filter(p -> keptOnce.contains(p.id())).toList();
            assertThat(kept(left, rule))
                    .as("deciding twice changes nothing, " + what)
                    .isEqualTo(keptOnce);

            long good = points.stream()
                    .filter(p -> !p.damaged() && !p.created().isAfter(NOW.plus(Retention.TOLERANCE)))
                    .count();
            long keptGood = left.stream()
                    .filter(p -> !p.damaged() && !p.created().isAfter(NOW.plus(Retention.TOLERANCE)))
                    .count();
            assertThat(keptGood).as(what).isGreaterThanOrEqualTo(Math.min(good, rule.keepMinimum()));

            List<BackupPoint> forged = new ArrayList<>(points);
            for (int i = 0; i < 20; i++) {
                forged.add(at("f" + i, NOW.plus(Duration.ofDays(2 + i))));
            }
            assertThat(kept(forged, rule))
                    .as("forged ones push nothing out, " + what)
                    .containsAll(keptOnce);
        }
    }

    private static List<BackupPoint> points(Random random) {
        List<BackupPoint> points = new ArrayList<>();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) {
            Instant time = NOW.minusSeconds(random.nextInt(3 * 365 * 86_400)).plusSeconds(random.nextInt(5) * 86_400L);
            points.add(new BackupPoint(
                    "b" + i, "i1", time, null, random.nextBoolean(), random.nextInt(6) == 0, random.nextBoolean()));
        }
        return points;
    }

    private static RetentionRule rule(Random random) {
        Limits full = random.nextBoolean() ? new Limits(1 + random.nextInt(8), 1 + random.nextInt(400)) : null;
        Limits incremental = random.nextBoolean() ? new Limits(1 + random.nextInt(8), null) : null;
        KeepRule keep = random.nextBoolean()
                ? new KeepRule(
                        random.nextInt(4),
                        random.nextInt(4),
                        random.nextInt(8),
                        random.nextInt(6),
                        random.nextInt(13),
                        random.nextInt(3),
                        Duration.ofDays(random.nextInt(20)))
                : null;
        return new RetentionRule(
                full,
                incremental,
                keep,
                random.nextBoolean(),
                random.nextInt(3),
                Duration.ofDays(random.nextInt(10)),
                ZoneOffset.UTC);
    }
}

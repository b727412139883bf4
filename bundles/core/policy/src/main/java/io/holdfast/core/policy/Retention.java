package io.holdfast.core.policy;

import io.holdfast.core.policy.RetentionDecision.Code;
import io.holdfast.core.policy.RetentionDecision.Reason;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.core.policy.Timeline.Dated;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a rule keeps. A pure function of the backups, the rule and the clock; safe for use from any thread.
 *
 * <p>Backups are in the order of their vault's sequence, and the age of one is not simply what it claims: {@link Timeline} has the rule. A
 * backup whose age nobody knows is left to people: it is never removed and never counts, so that it cannot take the place of another.
 */
public final class Retention {

    /** By how much the clocks of a node and of the server may differ; longer exports do not matter, they begin earlier. */
    public static final Duration TOLERANCE = Duration.ofDays(1);

    private final Clock clock;

    /** @param clock the server's */
    public Retention(Clock clock) {
        this.clock = clock;
    }

    /**
     * Decides about backups of any number of instances.
     *
     * @return one decision for each backup: by instance in the order in which they came, newest first
     */
    public List<RetentionDecision> decide(Collection<BackupPoint> backups, RetentionRule rule) {
        Map<String, List<BackupPoint>> byInstance = backups.stream()
                .collect(Collectors.groupingBy(BackupPoint::instanceId, LinkedHashMap::new, Collectors.toList()));
        Instant now = clock.instant();
        List<RetentionDecision> decisions = new ArrayList<>();
        byInstance.values().forEach(points -> decisions.addAll(new OneInstance(points, rule, now).decide()));
        return decisions;
    }

    private static final class OneInstance {

        private final RetentionRule rule;
        private final Instant now;
        private final List<Dated> ordered;
        private final List<Dated> counted;
        private final Map<String, List<Reason>> kept = new LinkedHashMap<>();

        OneInstance(List<BackupPoint> points, RetentionRule rule, Instant now) {
            this.rule = rule;
            this.now = now;
            this.ordered = Timeline.of(points, now);
            this.counted = ordered.stream().filter(Dated::believed).toList();
        }

        List<RetentionDecision> decide() {
            ordered.stream().filter(d -> !d.believed()).forEach(this::leaveToPeople);
            if (rule.full() == null && rule.incremental() == null && rule.keep() == null) {
                counted.forEach(d -> keep(d, Code.NO_RULE, "no rule removes it"));
            }
            Map<String, Reason> gone = new LinkedHashMap<>();
            limits(rule.full(), false, gone);
            limits(rule.incremental(), true, gone);
            if (rule.keep() != null) {
                keepRules(rule.keep());
            }
            floors();
            return ordered.stream().map(d -> decision(d, gone)).toList();
        }

        private void leaveToPeople(Dated dated) {
            Instant claim = dated.point().created();
            if (dated.belief() == Timeline.Belief.FUTURE) {
                keep(dated, Code.FUTURE_TIME, "its time " + claim + " lies in the future");
            } else {
                keep(
                        dated,
                        Code.DOUBTFUL_TIME,
                        "its time " + claim
                                + " contradicts the order of the backups; forget it by hand if it is not wanted");
            }
        }

        private RetentionDecision decision(Dated dated, Map<String, Reason> gone) {
            List<Reason> reasons = kept.get(dated.point().id());
            if (reasons != null) {
                return new RetentionDecision(dated.point(), true, reasons);
            }
            Reason why = gone.getOrDefault(dated.point().id(), new Reason(Code.NOT_KEPT, "no keep rule asks for it"));
            return new RetentionDecision(dated.point(), false, List.of(why));
        }

        /** Damaged backups do not count: four damaged ones must not push the last good one out. */
        private void limits(@Nullable Limits limits, boolean incremental, Map<String, Reason> gone) {
            List<Dated> ofClass = counted.stream()
                    .filter(d -> d.point().incremental() == incremental)
                    .toList();
            if (limits == null) {
                // a class without limits is left alone by the limits of the other one
                if (rule.keep() == null && !(rule.full() == null && rule.incremental() == null)) {
                    ofClass.forEach(d -> keep(d, Code.WITHIN_LIMITS, "its class has no limits"));
                }
                return;
            }
            int newer = 0;
            for (Dated dated : ofClass) {
                Integer versions = limits.versions();
                Integer days = limits.days();
                String name = incremental ? "incremental" : "full";
                if (days != null && older(dated, Duration.ofDays(days))) {
                    gone.put(
                            dated.point().id(), new Reason(Code.TOO_OLD, name + " backups are kept " + days + " days"));
                } else if (versions != null && newer >= versions) {
                    gone.put(
                            dated.point().id(),
                            new Reason(Code.TOO_MANY, "the " + versions + " newest " + name + " backups are kept"));
                } else {
                    keep(dated, Code.WITHIN_LIMITS, "within the limits of " + name + " backups");
                }
                if (!dated.point().damaged()) {
                    newer++;
                }
            }
        }

        private void keepRules(KeepRule keep) {
            count(keep.last(), Code.LAST, "newest", d -> d.point().id());
            count(
                    keep.hourly(),
                    Code.HOURLY,
                    "newest of its hour",
                    period(z -> z.toLocalDate() + "T" + z.getHour() + z.getOffset()));
            count(keep.daily(), Code.DAILY, "newest of its day", period(z -> z.toLocalDate()
                    .toString()));
            count(
                    keep.weekly(),
                    Code.WEEKLY,
                    "newest of its week",
                    period(z -> z.get(IsoFields.WEEK_BASED_YEAR) + "W" + z.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)));
            count(
                    keep.monthly(),
                    Code.MONTHLY,
                    "newest of its month",
                    period(z -> z.getYear() + "M" + z.getMonthValue()));
            count(keep.yearly(), Code.YEARLY, "newest of its year", period(z -> "Y" + z.getYear()));
            if (!keep.within().isZero()) {
                counted.stream()
                        .filter(d -> !older(d, keep.within()))
                        .forEach(d -> keep(d, Code.WITHIN, "younger than " + keep.within()));
            }
        }

        private Function<Dated, String> period(Function<ZonedDateTime, String> name) {
            ZoneId zone = rule.zone();
            return d -> name.apply(d.time().atZone(zone));
        }

        private void count(int limit, Code code, String what, Function<Dated, String> period) {
            Set<String> seen = new HashSet<>();
            for (Dated dated : counted) {
                if (seen.size() >= limit) {
                    return;
                }
                // a damaged backup does not stand for its period; it is kept only if something else asks for it
                if (!dated.point().damaged() && seen.add(period.apply(dated))) {
                    keep(dated, code, what + " (" + seen.size() + " of " + limit + ")");
                }
            }
        }

        private void floors() {
            List<Dated> good =
                    counted.stream().filter(d -> !d.point().damaged()).toList();
            good.stream()
                    .limit(rule.keepMinimum())
                    .forEach(d -> keep(d, Code.MINIMUM, "at least " + rule.keepMinimum() + " always stay"));
            if (rule.keepLastWhileSourceExists()) {
                good.stream()
                        .limit(1)
                        .filter(d -> d.point().sourceExists())
                        .forEach(d -> keep(d, Code.LAST_OF_SOURCE, "last backup of something that still exists"));
            }
            if (!rule.protectFor().isZero()) {
                counted.stream()
                        .filter(d -> !older(d, rule.protectFor()))
                        .forEach(d -> keep(d, Code.PROTECTED, "younger than " + rule.protectFor()));
            }
        }

        private void keep(Dated dated, Code code, String message) {
            kept.computeIfAbsent(dated.point().id(), id -> new ArrayList<>()).add(new Reason(code, message));
        }

        private boolean older(Dated dated, Duration age) {
            return Duration.between(dated.time(), now).compareTo(age) > 0;
        }
    }
}

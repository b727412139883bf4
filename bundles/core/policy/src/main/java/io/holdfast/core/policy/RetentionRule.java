package io.holdfast.core.policy;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the backups of an instance. A backup is kept if the limits of its class keep it, or a keep rule does,
 * or one of the floors. With neither limits nor keep rules everything is kept.
 *
 * @param full limits of full backups; null for none
 * @param incremental limits of incremental backups; null for none
 * @param keep keep rules, in which both classes count alike; null for none
 * @param keepLastWhileSourceExists whether the newest good backup stays as long as the instance exists
 * @param keepMinimum the newest good backups of each instance that always stay, however many; at least 0
 * @param protectFor nothing younger is ever removed, so that a flood of new backups cannot push older ones out faster
 *     than people can notice; zero for no such floor
 * @param zone where days, weeks, months and years begin
 */
public record RetentionRule(
        @Nullable Limits full,
        @Nullable Limits incremental,
        @Nullable KeepRule keep,
        boolean keepLastWhileSourceExists,
        int keepMinimum,
        Duration protectFor,
        ZoneId zone) {

    /** Checks the floors. */
    public RetentionRule {
        if (keepMinimum < 0 || protectFor.isNegative()) {
            throw new IllegalArgumentException("floors of a retention rule must not be negative");
        }
    }

    /** Four full backups and thirty incremental ones, thirty days each, at least one. */
    public static RetentionRule standard() {
        return new RetentionRule(new Limits(4, 30), new Limits(30, 30), null, true, 1, Duration.ZERO, ZoneOffset.UTC);
    }

    /** The same with a greater floor, if it is smaller than that. */
    public RetentionRule keepingAtLeast(int minimum) {
        return keepMinimum >= minimum
                ? this
                : new RetentionRule(full, incremental, keep, keepLastWhileSourceExists, minimum, protectFor, zone);
    }

    /**
     * Whether something that one rule keeps may go with another one in its place. In doubt, yes.
     *
     * @param before null if everything was kept
     * @param after null if everything is kept
     */
    public static boolean mayKeepLess(@Nullable RetentionRule before, @Nullable RetentionRule after) {
        if (after == null || after.equals(before)) {
            return false;
        }
        return before == null
                || !before.zone.equals(after.zone)
                || before.keepLastWhileSourceExists && !after.keepLastWhileSourceExists
                || after.keepMinimum < before.keepMinimum
                || after.protectFor.compareTo(before.protectFor) < 0
                || less(before.full, after.full)
                || less(before.incremental, after.incremental)
                || less(before.keep, after.keep);
    }

    private static boolean less(@Nullable Limits before, @Nullable Limits after) {
        if (before == null || after == null) {
            return before != after;
        }
        return less(before.versions, after.versions) || less(before.days, after.days);
    }

    /** A missing number is no limit. */
    private static boolean less(@Nullable Integer before, @Nullable Integer after) {
        return after != null && (before == null || after < before);
    }

    private static boolean less(@Nullable KeepRule before, @Nullable KeepRule after) {
        if (before == null || after == null) {
            return before != after;
        }
        return after.last < before.last
                || after.hourly < before.hourly
                || after.daily < before.daily
                || after.weekly < before.weekly
                || after.monthly < before.monthly
                || after.yearly < before.yearly
                || after.within.compareTo(before.within) < 0;
    }

    /** Only these keep rules, with a floor of one. */
    public static RetentionRule of(KeepRule keep) {
        return new RetentionRule(null, null, keep, true, 1, Duration.ZERO, ZoneOffset.UTC);
    }

    /**
     * Limits of one class of backups. Whichever is reached first removes a backup.
     *
     * @param versions how many of the newest are kept, at least 1; null for no limit
     * @param days for how many days they are kept, at least 1; null for no limit
     */
    public record Limits(
            @Nullable Integer versions, @Nullable Integer days) {

        /** Checks the numbers. */
        public Limits {
            if (versions != null && versions < 1 || days != null && days < 1) {
                throw new IllegalArgumentException("retention limits must be at least 1");
            }
        }
    }

    /**
     * The field's keep rules. A backup is kept if any of them asks for it. Of each hour, day, week (from Monday), month
     * and year in which there are backups, the newest one counts.
     *
     * @param last the newest so many
     * @param hourly of so many hours
     * @param daily of so many days
     * @param weekly of so many weeks
     * @param monthly of so many months
     * @param yearly of so many years
     * @param within everything that is younger; zero for none
     */
    public record KeepRule(int last, int hourly, int daily, int weekly, int monthly, int yearly, Duration within) {

        /** Checks the numbers. */
        public KeepRule {
            if (last < 0 || hourly < 0 || daily < 0 || weekly < 0 || monthly < 0 || yearly < 0 || within.isNegative()) {
                throw new IllegalArgumentException("keep rules must not be negative");
            }
        }
    }
}

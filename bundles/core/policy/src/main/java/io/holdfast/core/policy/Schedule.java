package io.holdfast.core.policy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When something is due: every so often, or at times of chosen days. A pure value; asks no clock.
 *
 * @param rhythm how often
 * @param zone where days begin and what a clock on the wall shows
 * @param window for how long after it was due it may still begin; null for as long as it takes, so that what was missed while
 *     nobody looked is made up for
 * @param full whether everything is read, rather than what changed
 */
public record Schedule(Rhythm rhythm, ZoneId zone, @Nullable Duration window, boolean full) {

    /** A rule such as "on a Monday that is the 29th of February" is due once in forty years at worst. */
    private static final int LONGEST_GAP_DAYS = 40 * 366;

    /** Checks the window. */
    public Schedule {
        if (window != null && (window.isNegative() || window.isZero())) {
            throw new IllegalArgumentException("the window of a schedule must be longer than nothing");
        }
    }

    /** How often something is due. */
    public sealed interface Rhythm {}

    /**
     * Every so often, counted from the beginning of 1970 in UTC, so that everybody who counts agrees and nothing drifts.
     *
     * @param interval 10 s to 366 days, whole seconds
     */
    public record Every(Duration interval) implements Rhythm {

        /** The shortest interval. */
        public static final Duration SHORTEST = Duration.ofSeconds(10);
        /** The longest interval. */
        public static final Duration LONGEST = Duration.ofDays(366);

        /** Checks the interval. */
        public Every {
            if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0 || interval.getNano() != 0) {
                throw new IllegalArgumentException("the interval of a schedule must be 10 s to 366 days");
            }
        }
    }

    /**
     * At times of chosen days. Conditions that are given must all hold: Mondays among the days 1 to 7 of a month are its first
     * Monday. A time that a clock passes over in spring is due when it has jumped; one that it shows twice in autumn is due
     * the first time only.
     *
     * @param times at least one, whole seconds
     * @param daysOfWeek any day if empty
     * @param daysOfMonth 1 to 31, or -1 to -31 from the end of the month; any day if empty
     * @param months any month if empty
     */
    public record At(Set<LocalTime> times, Set<DayOfWeek> daysOfWeek, Set<Integer> daysOfMonth, Set<Month> months)
            implements Rhythm {

        /** Checks the numbers, copies and sorts the sets. */
        public At {
            times = sorted(times);
            daysOfWeek = sorted(daysOfWeek);
            daysOfMonth = sorted(daysOfMonth);
            months = sorted(months);
            if (times.isEmpty()) {
                throw new IllegalArgumentException("a schedule needs at least one time of the day");
            }
            if (times.stream().anyMatch(t -> t.getNano() != 0)) {
                throw new IllegalArgumentException("the times of a schedule are whole seconds");
            }
            if (daysOfMonth.stream().anyMatch(d -> d == 0 || d > 31 || d < -31)) {
                throw new IllegalArgumentException("days of a month are 1 to 31, or -1 to -31 from its end");
            }
        }

        private static <T extends Comparable<T>> Set<T> sorted(Set<T> values) {
            return java.util.Collections.unmodifiableSet(new TreeSet<>(values));
        }

        boolean includes(LocalDate day) {
            int fromEnd = day.getDayOfMonth() - day.lengthOfMonth() - 1;
            return (daysOfWeek.isEmpty() || daysOfWeek.contains(day.getDayOfWeek()))
                    && (months.isEmpty() || months.contains(day.getMonth()))
                    && (daysOfMonth.isEmpty()
                            || daysOfMonth.contains(day.getDayOfMonth())
                            || daysOfMonth.contains(fromEnd));
        }
    }

    /** The first time after {@code after} at which it is due; empty if it never is. */
    public Optional<Instant> next(Instant after) {
        if (rhythm instanceof Every every) {
            long step = every.interval().toSeconds();
            return Optional.of(Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), step) + 1) * step));
        }
        // a day earlier: what the clock passed over yesterday evening may be due today
        LocalDate first = after.atZone(zone).toLocalDate().minusDays(1);
        for (int i = 0; i < LONGEST_GAP_DAYS; i++) {
            Optional<Instant> found =
                    on(first.plusDays(i)).stream().filter(t -> t.isAfter(after)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * The last time at which it was due, however often it was since {@code after}: what was missed is made up for once.
     *
     * @param after it is not looked further back than that, exclusive
     * @param now inclusive
     * @return empty if it was not due, or the last time is longer ago than the window
     */
    public Optional<Instant> due(Instant after, Instant now) {
        return latest(after, now).filter(t -> window == null || !now.isAfter(t.plus(window)));
    }

    /** Until when a run that was due may begin; empty for no limit. */
    public Optional<Instant> closes(Instant due) {
        return Optional.ofNullable(window).map(due::plus);
    }

    private Optional<Instant> latest(Instant after, Instant now) {
        if (!now.isAfter(after)) {
            return Optional.empty();
        }
        if (rhythm instanceof Every every) {
            long step = every.interval().toSeconds();
            Instant last = Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), step) * step);
            return Optional.of(last).filter(t -> t.isAfter(after));
        }
        LocalDate day = now.atZone(zone).toLocalDate();
        LocalDate oldest = after.atZone(zone).toLocalDate().minusDays(1);
        for (int i = 0; i < LONGEST_GAP_DAYS && !day.isBefore(oldest); i++, day = day.minusDays(1)) {
            List<Instant> times = on(day);
            for (int at = times.size() - 1; at >= 0; at--) {
                if (!times.get(at).isAfter(now)) {
                    return Optional.of(times.get(at)).filter(t -> t.isAfter(after));
                }
            }
        }
        return Optional.empty();
    }

    /** The times of one day, in order. */
    private List<Instant> on(LocalDate day) {
        At at = (At) rhythm;
        if (!at.includes(day)) {
            return List.of();
        }
        return at.times().stream()
                .map(time -> ZonedDateTime.of(day, time, zone).toInstant())
                .distinct()
                .sorted()
                .toList();
    }
}

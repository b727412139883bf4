package io.holdfast.access.model;

import io.holdfast.core.policy.Schedule;
import io.holdfast.core.policy.Schedule.At;
import io.holdfast.core.policy.Schedule.Every;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a policy runs: every so often, or at times of chosen days. Days of the week, days of the month and months that are given must all
 * hold, so that Mondays among the days 1 to 7 are the first Monday of a month.
 *
 * @param every how often, 10 s to 366 days, such as PT4H; absent if there are times
 * @param at times of the day, such as 22:00; absent if there is an interval
 * @param daysOfWeek on which days of the week; any if absent
 * @param daysOfMonth on which days of the month, 1 to 31, or -1 to -31 from its end; any if absent
 * @param months in which months, 1 to 12; any if absent
 * @param zone whose clock the times are of, such as Europe/Berlin; UTC if absent
 * @param window for how long after it was due it may still begin; no limit if absent
 * @param mode AUTO if absent
 */
public record ScheduleDto(
        @Nullable Duration every,
        @Nullable List<String> at,
        @Nullable List<DayOfWeek> daysOfWeek,
        @Nullable List<Integer> daysOfMonth,
        @Nullable List<Integer> months,
        @Nullable String zone,
        @Nullable Duration window,
        @Nullable BackupMode mode) {

    /** A schedule as administrators see it. */
    public static ScheduleDto of(Schedule s) {
        BackupMode mode = s.full() ? BackupMode.FULL : BackupMode.AUTO;
        String zone = s.zone().getId();
        if (s.rhythm() instanceof At at) {
            return new ScheduleDto(
                    null,
                    at.times().stream().map(LocalTime::toString).toList(),
                    at.daysOfWeek().isEmpty() ? null : List.copyOf(at.daysOfWeek()),
                    at.daysOfMonth().isEmpty() ? null : List.copyOf(at.daysOfMonth()),
                    at.months().isEmpty()
                            ? null
                            : at.months().stream().map(Month::getValue).toList(),
                    zone,
                    s.window(),
                    mode);
        }
        return new ScheduleDto(((Every) s.rhythm()).interval(), null, null, null, null, zone, s.window(), mode);
    }

    /**
     * The schedule in the core's words.
     *
     * @throws PluginException {@code INVALID_CONFIG} if it makes no sense
     */
    public Schedule toSchedule() throws PluginException {
        try {
            return new Schedule(rhythm(), ZoneId.of(zone == null ? "UTC" : zone), window, mode == BackupMode.FULL);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "this schedule makes no sense: " + Texts.messageOf(e), e);
        }
    }

    private Schedule.Rhythm rhythm() {
        if (every != null) {
            if (at != null) {
                throw new IllegalArgumentException("give either 'every' or 'at'");
            } else if (daysOfWeek != null || daysOfMonth != null || months != null) {
                throw new IllegalArgumentException("days and months go with 'at', not with 'every'");
            }
            return new Every(every);
        }
        if (at == null) {
            throw new IllegalArgumentException("give either 'every' or 'at'");
        }
        Set<LocalTime> times = at.stream().map(LocalTime::parse).collect(Collectors.toSet());
        return new At(
                times,
                daysOfWeek == null ? Set.of() : Set.copyOf(daysOfWeek),
                daysOfMonth == null ? Set.of() : Set.copyOf(daysOfMonth),
                months == null ? Set.of() : months.stream().map(Month::of).collect(Collectors.toSet()));
    }
}

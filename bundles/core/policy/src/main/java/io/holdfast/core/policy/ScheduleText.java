package io.holdfast.core.policy;

import io.holdfast.core.policy.Schedule.At;
import io.holdfast.core.policy.Schedule.Every;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as one line of text, such as {@code every=PT4H} or
 * {@code at=22:00 days=MON-FRI zone=Europe/Berlin window=PT6H mode=full}.
 *
 * <p>Words: {@code every} or {@code at} (times, separated by commas); {@code days} (of the week, by their first three letters, or
 * ranges of these); {@code monthdays} (1 to 31, -1 is the last); {@code months} (1 to 12); {@code zone} (UTC if absent);
 * {@code window} (no limit if absent); {@code mode} ({@code auto} or {@code full}). Lengths are ISO-8601 or short: {@code 4h},
 * {@code 90m}, {@code 30s}, {@code 2d}.
 */
public final class ScheduleText {

    private static final Set<String> WORDS =
            Set.of("every", "at", "days", "monthdays", "months", "zone", "window", "mode");

    private ScheduleText() {}

    /** The text of a schedule; {@link #read} gives the same back. */
    public static String write(Schedule schedule) {
        StringBuilder text = new StringBuilder();
        if (schedule.rhythm() instanceof Every every) {
            text.append("every=").append(every.interval());
        } else if (schedule.rhythm() instanceof At at) {
            text.append("at=").append(joined(at.times(), LocalTime::toString));
            append(text, "days", joined(at.daysOfWeek(), ScheduleText::shortName));
            append(text, "monthdays", joined(at.daysOfMonth(), String::valueOf));
            append(text, "months", joined(at.months(), m -> Integer.toString(m.getValue())));
        }
        append(text, "zone", schedule.zone().getId());
        Duration window = schedule.window();
        append(text, "window", window == null ? "" : window.toString());
        return text.append(schedule.full() ? " mode=full" : " mode=auto").toString();
    }

    private static void append(StringBuilder text, String word, String value) {
        if (!value.isEmpty()) {
            text.append(' ').append(word).append('=').append(value);
        }
    }

    private static <T> String joined(Collection<T> values, Function<T, String> name) {
        return values.stream().map(name).collect(Collectors.joining(","));
    }

    private static String shortName(DayOfWeek day) {
        return day.name().substring(0, 3);
    }

    /** @throws IllegalArgumentException if it makes no sense, saying why */
    public static Schedule read(String text) {
        Map<String, String> words = words(text);
        try {
            ZoneId zone = ZoneId.of(words.getOrDefault("zone", "UTC"));
            String window = words.get("window");
            return new Schedule(rhythm(words), zone, window == null ? null : length(window), full(words));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the schedule '" + text + "' makes no sense: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> words(String text) {
        Map<String, String> words = new HashMap<>();
        for (String part : text.strip().split("\\s+", -1)) {
            int equals = part.indexOf('=');
            String word = part.substring(0, Math.max(equals, 0)).toLowerCase(Locale.ROOT);
            if (!WORDS.contains(word) || words.put(word, part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("'" + part + "' in a schedule makes no sense; write every=4h, or"
                        + " at=22:00 with days=MON-FRI, monthdays=1,-1, months=1,7, zone=, window=6h, mode=full");
            }
        }
        return words;
    }

    private static Schedule.Rhythm rhythm(Map<String, String> words) {
        String every = words.get("every");
        String at = words.get("at");
        if ((every == null) == (at == null)) {
            throw new IllegalArgumentException("a schedule needs either every= or at=");
        }
        if (every != null) {
            if (words.containsKey("days") || words.containsKey("monthdays") || words.containsKey("months")) {
                throw new IllegalArgumentException("days, monthdays and months go with at=, not with every=");
            }
            return new Every(length(every));
        }
        return new At(
                values(at, LocalTime::parse),
                days(words.get("days")),
                values(words.get("monthdays"), Integer::valueOf),
                values(words.get("months"), m -> Month.of(Integer.parseInt(m))));
    }

    private static <T> Set<T> values(@Nullable String text, Function<String, T> value) {
        if (text == null || text.isEmpty()) {
            return Set.of();
        }
        return Arrays.stream(text.split(",", -1)).map(value).collect(Collectors.toSet());
    }

    private static Set<DayOfWeek> days(@Nullable String text) {
        Set<DayOfWeek> days = new java.util.TreeSet<>();
        for (String part : values(text, Function.<String>identity())) {
            int dash = part.indexOf('-');
            DayOfWeek first = day(dash < 0 ? part : part.substring(0, dash));
            DayOfWeek last = dash < 0 ? first : day(part.substring(dash + 1));
            days.add(last);
            for (DayOfWeek day = first; day != last; day = day.plus(1)) {
                days.add(day);
            }
        }
        return days;
    }

    private static DayOfWeek day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(d -> shortName(d).equalsIgnoreCase(text) || d.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no day of the week; write MON"));
    }

    private static boolean full(Map<String, String> words) {
        String mode = words.getOrDefault("mode", "auto").toLowerCase(Locale.ROOT);
        if (!mode.equals("auto") && !mode.equals("full")) {
            throw new IllegalArgumentException("the mode of a schedule is auto or full, not '" + mode + "'");
        }
        return mode.equals("full");
    }

    /** A length as people write it: {@code 4h}, {@code 90m}, {@code 30s}, {@code 2d}, or ISO-8601. */
    static Duration length(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (upper.startsWith("P")) {
            return Duration.parse(upper);
        }
        return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
    }
}

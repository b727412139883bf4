package io.holdfast.core.worker.internal;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How fast may be transferred, and when. Of several rules the first that applies counts; without one there is no limit.
 *
 * @param rules in order
 */
record Bandwidth(List<Rule> rules) {

    static final Bandwidth UNLIMITED = new Bandwidth(List.of());

    private static final Map<String, DayOfWeek> DAYS = Stream.of(DayOfWeek.values())
            .collect(Collectors.toMap(
                    day -> day.getDisplayName(TextStyle.SHORT, Locale.ROOT).toLowerCase(Locale.ROOT), day -> day));

    /**
     * A limit.
     *
     * @param bytesPerSecond 0 for none
     * @param days on which {@code from} lies
     * @param from when it begins
     * @param to when it ends, on the next day if that is not later than {@code from}; a whole day if they are the same
     * @param zone in which all that is meant
     */
    record Rule(long bytesPerSecond, Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

        Rule {
            days = Set.copyOf(days);
        }

        boolean applies(Instant now) {
            ZonedDateTime local = now.atZone(zone);
            LocalTime time = local.toLocalTime();
            boolean today = days.contains(local.getDayOfWeek());
            if (from.isBefore(to)) {
                return today && !time.isBefore(from) && time.isBefore(to);
            }
            boolean yesterday = days.contains(local.getDayOfWeek().minus(1));
            return today && !time.isBefore(from) || yesterday && time.isBefore(to);
        }
    }

    Bandwidth {
        rules = List.copyOf(rules);
    }

    /**
     * Reads rules such as {@code mib=20 days=mon-fri from=08:00 to=18:00 zone=Europe/Berlin}. Only {@code mib}, MiB a second with 0 for no
     * limit, must be given. A text may hold several, separated by semicolons.
     *
     * @throws IllegalArgumentException if a rule makes no sense; the message says which and why
     */
    static Bandwidth parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : String.join(";", lines).split(";")) {
            if (!line.isBlank()) {
                rules.add(understood(line));
            }
        }
        return new Bandwidth(rules);
    }

    private static Rule understood(String line) {
        try {
            return rule(line);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the limit of bandwidth '" + line.strip() + "' makes no sense: " + e.getMessage()
                            + "; an example: mib=20 days=mon-fri from=08:00 to=18:00 zone=Europe/Berlin",
                    e);
        }
    }

    private static Rule rule(String line) {
        String rate = "";
        Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
        LocalTime from = LocalTime.MIDNIGHT;
        LocalTime to = LocalTime.MIDNIGHT;
        ZoneId zone = ZoneId.systemDefault();
        for (String word : line.strip().split("\\s+")) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "mib" -> rate = value;
                case "days" -> days = days(value);
                case "from" -> from = LocalTime.parse(value);
                case "to" -> to = LocalTime.parse(value);
                case "zone" -> zone = ZoneId.of(value);
                default -> throw new IllegalArgumentException("'" + word + "' is none of mib, days, from, to, zone");
            }
        }
        if (!rate.matches("\\d{1,9}(\\.\\d{1,3})?")) {
            throw new IllegalArgumentException("mib must be a number of MiB a second, 0 for no limit");
        }
        return new Rule((long) (Double.parseDouble(rate) * (1 << 20)), days, from, to, zone);
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",")) {
            String[] ends = part.split("-");
            DayOfWeek last = day(ends[ends.length - 1]);
            DayOfWeek day = day(ends[0]);
            while (day != last) {
                days.add(day);
                day = day.plus(1);
            }
            days.add(last);
        }
        return days;
    }

    private static DayOfWeek day(String name) {
        DayOfWeek day = DAYS.get(name.toLowerCase(Locale.ROOT));
        if (day == null) {
            throw new IllegalArgumentException("'" + name + "' is no day; days are mon, tue, wed, thu, fri, sat, sun");
        }
        return day;
    }

    /** The limit at a moment in bytes a second; 0 for none. */
    long at(Instant now) {
        return rules.stream()
                .filter(rule -> rule.applies(now))
                .findFirst()
                .map(Rule::bytesPerSecond)
                .orElse(0L);
    }
}

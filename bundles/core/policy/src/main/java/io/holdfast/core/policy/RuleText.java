package io.holdfast.core.policy;

import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A retention rule as one line of text, such as {@code full=4/30 minimum=1 zone=Z}, as tasks and policies keep it. */
public final class RuleText {

    private RuleText() {}

    /** The text of a rule; {@link #read} gives the same back. */
    public static String write(RetentionRule rule) {
        StringBuilder text = new StringBuilder();
        limits(text, "full", rule.full());
        limits(text, "incremental", rule.incremental());
        KeepRule keep = rule.keep();
        if (keep != null) {
            text.append("keep=").append(keep.last()).append('/').append(keep.hourly());
            text.append('/').append(keep.daily()).append('/').append(keep.weekly());
            text.append('/').append(keep.monthly()).append('/').append(keep.yearly());
            text.append('/').append(keep.within()).append(' ');
        }
        text.append("last=").append(rule.keepLastWhileSourceExists());
        text.append(" minimum=").append(rule.keepMinimum());
        text.append(" protect=").append(rule.protectFor());
        return text.append(" zone=").append(rule.zone().getId()).toString();
    }

    private static void limits(StringBuilder text, String name, @Nullable Limits limits) {
        if (limits != null) {
            text.append(name).append('=').append(limits.versions() == null ? "-" : limits.versions());
            text.append('/').append(limits.days() == null ? "-" : limits.days()).append(' ');
        }
    }

    /** @throws IllegalArgumentException if the text was not written here */
    public static RetentionRule read(String text) {
        Map<String, String> values = new HashMap<>();
        for (String part : text.split(" ", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not a retention rule: " + text);
            }
            values.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return new RetentionRule(
                limits(values.get("full")),
                limits(values.get("incremental")),
                keep(values.get("keep")),
                Boolean.parseBoolean(values.get("last")),
                Integer.parseInt(values.getOrDefault("minimum", "1")),
                Duration.parse(values.getOrDefault("protect", "PT0S")),
                ZoneId.of(values.getOrDefault("zone", "Z")));
    }

    private static @Nullable Limits limits(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int slash = text.indexOf('/');
        return new Limits(number(text.substring(0, slash)), number(text.substring(slash + 1)));
    }

    private static @Nullable Integer number(String text) {
        return text.equals("-") ? null : Integer.valueOf(text);
    }

    private static @Nullable KeepRule keep(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] n = text.split("/", -1);
        return new KeepRule(
                Integer.parseInt(n[0]),
                Integer.parseInt(n[1]),
                Integer.parseInt(n[2]),
                Integer.parseInt(n[3]),
                Integer.parseInt(n[4]),
                Integer.parseInt(n[5]),
                Duration.parse(n[6]));
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a change of a policy means for the backups that are there, for whoever has to agree to it. */
final class PolicyChange {

    /** The catalogue keeps so much of a description. */
    private static final int LONGEST = 1_000;

    private static final int LONGEST_NAME = 100;

    private final Estate estate;
    private final @Nullable PolicySpec before;
    private final PolicySpec after;
    private final List<String> parts = new ArrayList<>();

    /** @param before null for a new policy */
    PolicyChange(CoreServices core, @Nullable PolicySpec before, PolicySpec after) throws PluginException {
        this.estate = core.estate();
        this.before = before;
        this.after = after;
        if (after.kind() == Policy.Kind.BACKUP) {
            compare();
        }
    }

    /** Whether something may go that would have stayed, here or where it is copied to. In doubt, yes. */
    boolean mayKeepLess() {
        return !parts.isEmpty();
    }

    private void compare() {
        RetentionRule rule = after.retention();
        RetentionRule copied = copyRule(after);
        if (rule != null) {
            rule("retention", before == null, retention(before), rule);
            part("destination", destination(before), destination(after));
        }
        if (copied != null) {
            String there = copyDestination(before);
            rule("retention of copies", there == null, copyRule(before), copied);
            part("destination of copies", there, copyDestination(after));
        }
        if (rule != null || copied != null) {
            scope();
        }
    }

    /** Which instances the rules apply to. */
    private void scope() {
        part("priority", before == null ? null : Integer.toString(before.priority()), "" + after.priority());
        list("instances", before == null ? Set.of() : before.instances(), after.instances(), this::instance);
        list("include", before == null ? Set.of() : texts(before.include()), texts(after.include()), t -> t);
        list("exclude", before == null ? Set.of() : texts(before.exclude()), texts(after.exclude()), t -> t);
    }

    private void rule(String what, boolean fresh, @Nullable RetentionRule old, RetentionRule now) {
        if (fresh || RetentionRule.mayKeepLess(old, now)) {
            parts.add(what + ": " + (fresh ? "" : (old == null ? "everything" : RuleText.write(old)) + " -> ")
                    + RuleText.write(now));
        }
    }

    private void part(String what, @Nullable String old, @Nullable String now) {
        if (!Objects.equals(old, now)) {
            parts.add(what + ": " + (old == null ? "" : shown(what, old) + " -> ") + shown(what, String.valueOf(now)));
        }
    }

    private String shown(String what, String value) {
        return what.startsWith("destination")
                ? estate.destination(value)
                        .map(DestinationInfo::name)
                        .map(name -> "'" + shortened(name, LONGEST_NAME) + "' (" + value + ")")
                        .orElse(value)
                : value;
    }

    /** What comes and what goes: in a long list nobody would see it. */
    private void list(String what, Set<String> old, Set<String> now, UnaryOperator<String> name) {
        if (old.equals(now)) {
            return;
        }
        String come = difference(now, old, name);
        String go = difference(old, now, name);
        parts.add(what + ": " + old.size() + " -> " + now.size() + (go.isEmpty() ? "" : "; no more: " + go)
                + (come.isEmpty() ? "" : "; new: " + come));
    }

    private static String difference(Set<String> these, Set<String> butThose, UnaryOperator<String> name) {
        Set<String> left = new TreeSet<>(these);
        left.removeAll(butThose);
        // more than these would not be shown
        return left.stream().limit(50).map(name).collect(Collectors.joining(", "));
    }

    private String instance(String id) {
        return estate.instance(id)
                .map(InstanceInfo::name)
                .map(name -> "'" + shortened(name, LONGEST_NAME) + "' (" + id + ")")
                .orElse(id);
    }

    private static Set<String> texts(Collection<InstanceMatch> rules) {
        return rules.stream().map(MatchText::write).collect(Collectors.toCollection(HashSet::new));
    }

    private static @Nullable RetentionRule retention(@Nullable PolicySpec spec) {
        return spec == null ? null : spec.retention();
    }

    private static @Nullable String destination(@Nullable PolicySpec spec) {
        return spec == null ? null : spec.destinationId();
    }

    private static @Nullable RetentionRule copyRule(@Nullable PolicySpec spec) {
        PolicySpec.Copy copy = spec == null ? null : spec.copy();
        return copy == null ? null : copy.retention();
    }

    private static @Nullable String copyDestination(@Nullable PolicySpec spec) {
        PolicySpec.Copy copy = spec == null ? null : spec.copy();
        return copy == null ? null : copy.destinationId();
    }

    /** For people, before and after of everything that made it a question; a long part leaves room for the others. */
    String description() {
        String what = before == null ? "add policy '" : "change policy '";
        String name = before == null ? after.name() : before.name();
        String head = what + shortened(name, LONGEST_NAME) + "' so that it may keep less";
        int each = (LONGEST - head.length()) / Math.max(1, parts.size()) - 2;
        int spare = parts.stream().mapToInt(p -> Math.max(0, each - p.length())).sum();
        long longer = parts.stream().filter(p -> p.length() > each).count();
        int most = each + (int) (spare / Math.max(1, longer));
        return head + "; " + parts.stream().map(p -> shortened(p, most)).collect(Collectors.joining("; "));
    }

    private static String shortened(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length - 3;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "...";
    }

    /** Exactly what is asked for, and of what: the same text for the same thing. */
    String exactly() {
        return (before == null ? "" : canonical(before)) + "=>\n" + canonical(after);
    }

    private static String canonical(PolicySpec spec) {
        StringBuilder text = new StringBuilder();
        line(text, "name", List.of(spec.name()));
        line(text, "kind", List.of(spec.kind().name(), Boolean.toString(spec.enabled()), "" + spec.priority()));
        line(text, "destination", given(spec.destinationId()));
        line(text, "instances", new TreeSet<>(spec.instances()));
        line(text, "include", new TreeSet<>(texts(spec.include())));
        line(text, "exclude", new TreeSet<>(texts(spec.exclude())));
        line(
                text,
                "schedules",
                spec.schedules().stream().map(ScheduleText::write).toList());
        RetentionRule rule = spec.retention();
        line(text, "retention", given(rule == null ? null : RuleText.write(rule)));
        PolicySpec.Copy copy = spec.copy();
        if (copy != null) {
            RetentionRule copied = copy.retention();
            line(text, "copy", List.of(copy.destinationId()));
            line(text, "copy.retention", given(copied == null ? null : RuleText.write(copied)));
            line(text, "copy.window", given(copy.window() == null ? null : ScheduleText.write(copy.window())));
        }
        PolicySpec.Proof proof = spec.proof();
        if (proof != null) {
            line(text, "proof", List.of("" + proof.every()));
            line(text, "proof.provider", given(proof.providerId()));
            Map<String, List<String>> settings = new TreeMap<>(proof.settings());
            settings.forEach((name, values) -> {
                line(text, "proof.setting", List.of(name));
                line(text, "proof.values", values);
            });
        }
        return text.toString();
    }

    private static List<String> given(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    /** With lengths: no value can be taken for another line. */
    private static void line(StringBuilder text, String what, Collection<String> values) {
        text.append(what).append(' ').append(values.size());
        values.forEach(v -> text.append(' ').append(v.length()).append(':').append(v));
        text.append('\n');
    }
}

package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.Coverage;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.MatchText;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Policies between the form in which they are wanted and the one in which the catalogue keeps them. */
final class Definitions {

    private static final String INSTANCES = "instances";
    private static final String INCLUDE = "include";
    private static final String EXCLUDE = "exclude";
    private static final String SCHEDULES = "schedules";
    private static final String RETENTION = "retention";
    private static final String PROOF_EVERY = "proof.every";
    private static final String PROOF_PROVIDER = "proof.provider";
    private static final String COPY_RETENTION = "copy.retention";
    private static final String COPY_WINDOW = "copy.window";
    private static final String PROOF_SETTING = "proof.setting:";

    private Definitions() {}

    static Map<String, List<String>> write(PolicySpec spec) {
        Map<String, List<String>> map = new TreeMap<>();
        map.put(INSTANCES, List.copyOf(new TreeSet<>(spec.instances())));
        map.put(INCLUDE, spec.include().stream().map(MatchText::write).toList());
        map.put(EXCLUDE, spec.exclude().stream().map(MatchText::write).toList());
        map.put(SCHEDULES, spec.schedules().stream().map(ScheduleText::write).toList());
        RetentionRule retention = spec.retention();
        if (retention != null) {
            map.put(RETENTION, List.of(RuleText.write(retention)));
        }
        PolicySpec.Proof proof = spec.proof();
        if (proof != null) {
            map.put(PROOF_EVERY, List.of(Integer.toString(proof.every())));
            String provider = proof.providerId();
            if (provider != null) {
                map.put(PROOF_PROVIDER, List.of(provider));
            }
            proof.settings().forEach((name, values) -> map.put(PROOF_SETTING + name, values));
        }
        PolicySpec.Copy copy = spec.copy();
        if (copy != null) {
            map.put(Policy.COPY_DESTINATION, List.of(copy.destinationId()));
            RetentionRule kept = copy.retention();
            if (kept != null) {
                map.put(COPY_RETENTION, List.of(RuleText.write(kept)));
            }
            Schedule window = copy.window();
            if (window != null) {
                map.put(COPY_WINDOW, List.of(ScheduleText.write(window)));
            }
        }
        return map;
    }

    private static PolicySpec.@Nullable Copy copy(Map<String, List<String>> map) {
        String destination = first(map, Policy.COPY_DESTINATION);
        if (destination == null) {
            return null;
        }
        String rule = first(map, COPY_RETENTION);
        String window = first(map, COPY_WINDOW);
        return new PolicySpec.Copy(
                destination,
                rule == null ? null : RuleText.read(rule),
                window == null ? null : ScheduleText.read(window));
    }

    static PolicySpec read(Policy policy) {
        Map<String, List<String>> map = policy.definition();
        String rule = first(map, RETENTION);
        return new PolicySpec(
                policy.name(),
                policy.kind(),
                policy.enabled(),
                policy.priority(),
                policy.destinationId(),
                Set.copyOf(map.getOrDefault(INSTANCES, List.of())),
                matches(map, INCLUDE),
                matches(map, EXCLUDE),
                map.getOrDefault(SCHEDULES, List.of()).stream()
                        .map(ScheduleText::read)
                        .toList(),
                rule == null ? null : RuleText.read(rule),
                proof(map),
                copy(map));
    }

    /** What a policy covers, without reading the rest. */
    static Coverage.Scope scope(Policy policy) {
        Map<String, List<String>> map = policy.definition();
        return new Coverage.Scope(
                policy.id(),
                policy.priority(),
                Set.copyOf(map.getOrDefault(INSTANCES, List.of())),
                matches(map, INCLUDE),
                matches(map, EXCLUDE));
    }

    private static List<InstanceMatch> matches(Map<String, List<String>> map, String key) {
        return map.getOrDefault(key, List.of()).stream().map(MatchText::read).toList();
    }

    private static PolicySpec.@Nullable Proof proof(Map<String, List<String>> map) {
        String every = first(map, PROOF_EVERY);
        if (every == null) {
            return null;
        }
        Map<String, List<String>> settings = new TreeMap<>();
        map.forEach((key, values) -> {
            if (key.startsWith(PROOF_SETTING)) {
                settings.put(key.substring(PROOF_SETTING.length()), values);
            }
        });
        return new PolicySpec.Proof(Integer.parseInt(every), first(map, PROOF_PROVIDER), settings);
    }

    private static @Nullable String first(Map<String, List<String>> map, String key) {
        List<String> values = map.get(key);
        return values == null || values.isEmpty() ? null : values.get(0);
    }
}

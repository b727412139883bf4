package io.holdfast.access.model;

import io.holdfast.core.policy.InstanceMatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule about instances. All conditions that are given must hold; none at all matches every instance. In patterns, {@code *} stands
 * for anything and {@code ?} for one character; they are compared in full, and case matters.
 *
 * @param providerId only instances of this provider
 * @param name pattern of the name
 * @param kind only instances of this kind, such as machine
 * @param labels patterns of labels, by the label's name
 */
public record InstanceRuleDto(
        @Nullable String providerId,
        @Nullable String name,
        @Nullable String kind,
        @Nullable Map<String, String> labels) {

    /** A rule as administrators see it. */
    public static InstanceRuleDto of(InstanceMatch m) {
        return new InstanceRuleDto(
                m.providerId(), m.name(), m.kind(), m.labels().isEmpty() ? null : m.labels());
    }

    /** The rule in the core's words. */
    public InstanceMatch toMatch() {
        return new InstanceMatch(providerId, name, kind, labels == null ? Map.of() : labels);
    }
}

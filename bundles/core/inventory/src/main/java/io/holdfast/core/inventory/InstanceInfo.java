package io.holdfast.core.inventory;

import java.time.Instant;
import java.util.Map;

/**
 * An instance as administrators see it.
 *
 * @param id unique
 * @param providerId where it lives
 * @param externalId the provider's stable id, unique within the provider
 * @param name what people call it
 * @param kind machine, directory, ...
 * @param sizeBytes about how large, -1 if unknown
 * @param labels tags and groups
 * @param settings without secrets
 * @param present whether the last inventory found it
 * @param lastSeen when it was last found
 */
public record InstanceInfo(
        String id,
        String providerId,
        String externalId,
        String name,
        String kind,
        long sizeBytes,
        Map<String, String> labels,
        ShownSettings settings,
        boolean present,
        Instant lastSeen) {

    /** Copies the labels. */
    public InstanceInfo {
        labels = Map.copyOf(labels);
    }
}

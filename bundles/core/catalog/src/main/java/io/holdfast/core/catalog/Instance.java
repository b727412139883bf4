package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One protected or protectable thing.
 *
 * @param id unique, made by the core
 * @param providerId where it lives
 * @param externalId the provider's stable id, unique within the provider
 * @param name what people call it
 * @param kind machine, directory, ...
 * @param sizeBytes about how large, -1 if unknown
 * @param labels tags and groups
 * @param settings values of the strategy's instance schema; secrets sealed
 * @param present whether the last inventory found it
 * @param lastSeen when it was last found
 */
public record Instance(
        String id,
        String providerId,
        String externalId,
        String name,
        String kind,
        long sizeBytes,
        Map<String, String> labels,
        Map<String, List<String>> settings,
        boolean present,
        Instant lastSeen) {}

package io.holdfast.access.model;

import io.holdfast.core.inventory.InstanceInfo;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One protected or protectable thing.
 *
 * @param id made by the appliance
 * @param providerId where it lives
 * @param externalId the provider's id
 * @param name what people call it
 * @param kind machine, directory, ...
 * @param sizeBytes about how large
 * @param labels tags and groups
 * @param settings values by name; secrets are not shown
 * @param present whether the last inventory found it
 * @param lastSeen when it was last found
 */
public record InstanceDto(
        String id,
        String providerId,
        String externalId,
        String name,
        String kind,
        @Nullable Long sizeBytes,
        Map<String, String> labels,
        Map<String, SettingValue> settings,
        boolean present,
        Instant lastSeen) {

    /** An instance as administrators see it. */
    public static InstanceDto of(InstanceInfo i) {
        return new InstanceDto(
                i.id(),
                i.providerId(),
                i.externalId(),
                i.name(),
                i.kind(),
                i.sizeBytes() < 0 ? null : i.sizeBytes(),
                i.labels(),
                SettingValue.shown(i.settings()),
                i.present(),
                i.lastSeen());
    }
}

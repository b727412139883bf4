package io.holdfast.access.model;

import io.holdfast.core.inventory.DestinationInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place where backups are kept.
 *
 * @param id made by the appliance
 * @param type id of the destination type
 * @param name unique among destinations
 * @param settings values by name; secrets are not shown
 * @param vaultId the vault on it; absent until it is attached
 * @param health what the last use found
 * @param totalBytes capacity
 * @param availableBytes free space
 * @param immutableDays for how many days nobody can delete what a new backup needs; 0 for not at all
 */
public record DestinationDto(
        String id,
        String type,
        String name,
        Map<String, SettingValue> settings,
        @Nullable String vaultId,
        ConnectionHealthDto health,
        @Nullable Long totalBytes,
        @Nullable Long availableBytes,
        int immutableDays) {

    /** A destination as administrators see it. */
    public static DestinationDto of(DestinationInfo d) {
        return new DestinationDto(
                d.id(),
                d.type(),
                d.name(),
                SettingValue.shown(d.settings()),
                Texts.orNull(d.vaultId()),
                ConnectionHealthDto.of(d.health()),
                d.totalBytes(),
                d.availableBytes(),
                d.immutableDays());
    }
}

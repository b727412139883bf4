package io.holdfast.core.inventory;

import io.holdfast.core.catalog.Health;
import org.jspecify.annotations.Nullable;

/**
 * A destination as administrators see it.
 *
 * @param id unique
 * @param type id of the destination type
 * @param typeInstalled whether that type is installed now; if not, every setting is shown as a secret
 * @param name unique among destinations
 * @param settings without secrets
 * @param vaultId the vault on it, empty until it is attached
 * @param health what the last use found
 * @param totalBytes capacity, null if unknown
 * @param availableBytes free space, null if unknown
 * @param immutableDays for how many days nobody can delete what a new backup needs; 0 for not at all
 */
public record DestinationInfo(
        String id,
        String type,
        boolean typeInstalled,
        String name,
        ShownSettings settings,
        String vaultId,
        Health health,
        @Nullable Long totalBytes,
        @Nullable Long availableBytes,
        int immutableDays) {}

package io.holdfast.core.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place where backups are kept.
 *
 * @param id unique, made by the core
 * @param type id of the destination type
 * @param name unique among destinations, 1 to 255 characters
 * @param settings values by name; secrets are sealed by the security bundle
 * @param vaultId the vault on it, empty until it is attached
 * @param health what the last use found
 * @param totalBytes capacity, null if unknown
 * @param availableBytes free space, null if unknown
 */
public record Destination(
        String id,
        String type,
        String name,
        Map<String, List<String>> settings,
        String vaultId,
        Health health,
        @Nullable Long totalBytes,
        @Nullable Long availableBytes) {}

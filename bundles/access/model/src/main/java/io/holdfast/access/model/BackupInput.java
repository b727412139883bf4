package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A backup to make.
 *
 * @param destinationId where to keep it
 * @param mode AUTO if absent
 * @param priority 0 to 100, higher first; 50 if absent
 */
public record BackupInput(
        String destinationId,
        @Nullable BackupMode mode,
        @Nullable Integer priority) {}

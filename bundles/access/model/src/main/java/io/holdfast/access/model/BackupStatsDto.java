package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import org.jspecify.annotations.Nullable;

/**
 * What a backup amounts to.
 *
 * @param logicalBytes size of the data as the source shows it
 * @param readBytes what was read from the source
 * @param newBytes data that the vault did not have, before compression
 * @param storedBytes what was added to the destination
 * @param items files, disks or objects
 * @param problems parts that are missing or inconsistent
 * @param durationMillis from start to commit
 * @param changeRate how much of the data was new to the vault, 0 to 1
 * @param incompressibleShare how much of the new data looked random, 0 to 1: compressed, or encrypted by somebody; absent if unknown
 */
public record BackupStatsDto(
        long logicalBytes,
        long readBytes,
        long newBytes,
        long storedBytes,
        long items,
        long problems,
        long durationMillis,
        double changeRate,
        @Nullable Double incompressibleShare) {

    /** As the catalogue has it. */
    static BackupStatsDto of(Backup.Stats s) {
        return new BackupStatsDto(
                s.logicalBytes(),
                s.readBytes(),
                s.newBytes(),
                s.storedBytes(),
                s.items(),
                s.problems(),
                s.durationMillis(),
                s.changeRate(),
                s.incompressibleShare() < 0 ? null : Double.valueOf(s.incompressibleShare()));
    }
}

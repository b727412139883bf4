package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;

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
 */
public record BackupStatsDto(
        long logicalBytes,
        long readBytes,
        long newBytes,
        long storedBytes,
        long items,
        long problems,
        long durationMillis) {

    /** As the catalogue has it. */
    static BackupStatsDto of(Backup.Stats s) {
        return new BackupStatsDto(
                s.logicalBytes(),
                s.readBytes(),
                s.newBytes(),
                s.storedBytes(),
                s.items(),
                s.problems(),
                s.durationMillis());
    }
}

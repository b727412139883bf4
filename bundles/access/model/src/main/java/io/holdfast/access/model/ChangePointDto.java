package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much one backup has changed.
 *
 * @param backupId which
 * @param created when the source was captured
 * @param logicalBytes size of the data
 * @param newBytes data that the vault did not have
 * @param changeRate how much of the data was new, 0 to 1
 * @param incompressibleShare how much of the new data looked random, 0 to 1; absent if unknown
 * @param suddenChange how it is unlike those before it; absent if it is not
 */
public record ChangePointDto(
        String backupId,
        Instant created,
        long logicalBytes,
        long newBytes,
        double changeRate,
        @Nullable Double incompressibleShare,
        @Nullable String suddenChange) {

    static ChangePointDto of(Backup b) {
        BackupStatsDto stats = BackupStatsDto.of(b.stats());
        return new ChangePointDto(
                b.id(),
                b.created(),
                stats.logicalBytes(),
                stats.newBytes(),
                stats.changeRate(),
                stats.incompressibleShare(),
                Texts.orNull(b.suddenChange()));
    }
}

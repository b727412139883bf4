package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much the last backups of an instance have changed, oldest first.
 *
 * @param items one for each backup
 */
public record ChangesDto(List<Point> items) {

    /**
     * One backup.
     *
     * @param backupId which
     * @param created when the source was captured
     * @param logicalBytes size of the data
     * @param newBytes data that the vault did not have
     * @param changeRate how much of the data was new, 0 to 1
     * @param incompressibleShare how much of the new data looked random, 0 to 1; absent if unknown
     * @param suddenChange how it is unlike those before it; absent if it is not
     */
    public record Point(
            String backupId,
            Instant created,
            long logicalBytes,
            long newBytes,
            double changeRate,
            @Nullable Double incompressibleShare,
            @Nullable String suddenChange) {

        private static Point of(Backup b) {
            BackupStatsDto stats = BackupStatsDto.of(b.stats());
            return new Point(
                    b.id(),
                    b.created(),
                    stats.logicalBytes(),
                    stats.newBytes(),
                    stats.changeRate(),
                    stats.incompressibleShare(),
                    Texts.orNull(b.suddenChange()));
        }
    }

    /** Backups of one instance, newest first. */
    public static ChangesDto of(List<Backup> newestFirst) {
        List<Point> points = new ArrayList<>(newestFirst.stream().map(Point::of).toList());
        Collections.reverse(points);
        return new ChangesDto(List.copyOf(points));
    }
}

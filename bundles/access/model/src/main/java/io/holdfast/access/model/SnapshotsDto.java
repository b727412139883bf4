package io.holdfast.access.model;

import io.holdfast.spi.strategy.SnapshotInfo;
import java.util.List;

/**
 * The snapshots of an instance, asked from its provider at this moment.
 *
 * @param items oldest first
 */
public record SnapshotsDto(List<SnapshotDto> items) {

    /** As the provider lists them. */
    public static SnapshotsDto of(List<SnapshotInfo> snapshots) {
        return new SnapshotsDto(snapshots.stream().map(SnapshotDto::of).toList());
    }
}

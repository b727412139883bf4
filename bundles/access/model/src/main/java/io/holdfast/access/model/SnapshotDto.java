package io.holdfast.access.model;

import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that is kept on the provider.
 *
 * @param id the provider's id
 * @param name what people call it
 * @param description why it was taken
 * @param created when, by the provider's clock
 * @param ours whether this appliance made it; only those are deleted
 * @param parent id of the snapshot that the instance was at when this one was taken
 * @param current whether the instance goes on from this one
 * @param consistency what the instance is like after going back to it
 * @param sizeBytes the space that it takes
 */
public record SnapshotDto(
        String id,
        String name,
        String description,
        Instant created,
        boolean ours,
        @Nullable String parent,
        boolean current,
        SnapshotConsistency consistency,
        @Nullable Long sizeBytes) {

    /** A snapshot as the provider lists it. */
    public static SnapshotDto of(SnapshotInfo s) {
        return new SnapshotDto(
                s.id(),
                s.name(),
                s.description(),
                s.created(),
                s.ours(),
                s.parent().orElse(null),
                s.current(),
                s.consistency(),
                s.sizeBytes() < 0 ? null : s.sizeBytes());
    }
}

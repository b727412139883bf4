package io.holdfast.spi.strategy;

import java.time.Instant;
import java.util.Optional;

/**
 * A snapshot on a provider.
 *
 * @param id the provider's id, unique among the snapshots of the instance, 1 to 1,024 characters
 * @param name what people call it
 * @param created when, by the provider's clock
 * @param ours whether this appliance made it; only those are ever deleted
 * @param description why it was taken; empty if nobody said
 * @param parent the id of the snapshot that the instance was at when this one was taken; empty if there was none
 * @param current whether the instance goes on from this one: it was taken last, or gone back to
 * @param consistency what the instance is like after going back to it
 * @param sizeBytes the space that it takes, -1 if unknown
 */
public record SnapshotInfo(
        String id,
        String name,
        Instant created,
        boolean ours,
        String description,
        Optional<String> parent,
        boolean current,
        SnapshotConsistency consistency,
        long sizeBytes) {

    /** A snapshot of which no more is known. */
    public SnapshotInfo(String id, String name, Instant created, boolean ours) {
        this(id, name, created, ours, "", Optional.empty(), false, SnapshotConsistency.UNKNOWN, -1);
    }
}

package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot to go back to.
 *
 * @param snapshotId the provider's id
 * @param confirm must be true: everything that was written since the snapshot is lost
 */
public record SnapshotRevertInput(
        String snapshotId, @Nullable Boolean confirm) {}

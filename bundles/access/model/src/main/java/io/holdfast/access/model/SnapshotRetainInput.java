package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What to delete of an instance's snapshots.
 *
 * @param rule what is kept
 * @param dryRun whether it is only told what would be done; false if absent
 */
public record SnapshotRetainInput(
        SnapshotRuleDto rule, @Nullable Boolean dryRun) {}

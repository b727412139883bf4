package io.holdfast.core.dispatch;

import io.holdfast.core.policy.RetentionRule;

/** What somebody wants done with the snapshots of an instance. */
public sealed interface SnapshotOrder {

    /**
     * Takes a snapshot that stays on the provider.
     *
     * @param name what people will call it, 1 to 100 characters; empty for one made of the time
     * @param description why, at most 500 characters; may be empty
     * @param quiesce whether it fails rather than being less than application-consistent
     */
    record Take(String name, String description, boolean quiesce) implements SnapshotOrder {}

    /**
     * Takes the instance back to a snapshot; what was written since is lost. Never tried a second time: if the node dies over
     * it, people have to look.
     *
     * @param snapshotId the provider's id
     */
    record Revert(String snapshotId) implements SnapshotOrder {}

    /**
     * Deletes a snapshot that this appliance made.
     *
     * @param snapshotId the provider's id
     */
    record Delete(String snapshotId) implements SnapshotOrder {}

    /**
     * Deletes the snapshots that a rule does not keep, of those that this appliance made. A snapshot counts as a full backup.
     *
     * @param rule what is kept
     * @param dryRun whether it is only told what would be done
     */
    record Retain(RetentionRule rule, boolean dryRun) implements SnapshotOrder {}
}

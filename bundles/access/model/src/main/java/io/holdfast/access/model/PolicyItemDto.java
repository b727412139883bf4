package io.holdfast.access.model;

import io.holdfast.core.catalog.PolicyItem;
import org.jspecify.annotations.Nullable;

/**
 * What became of one instance in one run of a policy.
 *
 * @param instanceId which
 * @param state where it is
 * @param workflowId the workflow that was made for it; if it failed, there may be none of that id
 * @param followUpId the workflow that followed: a proof, or the retention of snapshots
 * @param reason code of why it was skipped or failed: BUSY, ABSENT, EXCLUDED, WINDOW, FORGOTTEN, FOLLOW_UP, or a kind of error
 * @param message the same for people, or how its workflow ended
 */
public record PolicyItemDto(
        String instanceId,
        PolicyItem.State state,
        @Nullable String workflowId,
        @Nullable String followUpId,
        @Nullable String reason,
        String message) {

    /** An item as administrators see it. */
    public static PolicyItemDto of(PolicyItem i) {
        boolean none = i.state() == PolicyItem.State.PLANNED || i.state() == PolicyItem.State.SKIPPED;
        boolean followed = i.state() == PolicyItem.State.DONE;
        return new PolicyItemDto(
                i.instanceId(),
                i.state(),
                none ? null : i.id(),
                followed ? Texts.orNull(i.followUp()) : null,
                Texts.orNull(i.reason()),
                i.message());
    }
}

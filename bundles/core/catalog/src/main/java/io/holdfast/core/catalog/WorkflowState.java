package io.holdfast.core.catalog;

/** Where a workflow is. */
public enum WorkflowState {
    /** No task has started. */
    QUEUED,
    /** A task has started and not all have ended. */
    RUNNING,
    /** Everything was done. */
    FINISHED,
    /** Everything was done, with something to look at. */
    FINISHED_WITH_WARNINGS,
    /** A task failed for good. */
    FAILED,
    /** Cancelled on request. */
    CANCELLED;

    /** Whether nothing will change any more. */
    public boolean ended() {
        return this != QUEUED && this != RUNNING;
    }
}

package io.holdfast.core.catalog;

/** Where a task is. */
public enum TaskState {
    /** Waits for an earlier task of its workflow. */
    WAITING,
    /** Can be leased by a node. */
    QUEUED,
    /** Leased by a node. */
    RUNNING,
    /** Done. */
    FINISHED,
    /** Failed for good. */
    FAILED,
    /** Cancelled. */
    CANCELLED;

    /** Whether nothing will change any more. */
    public boolean ended() {
        return this == FINISHED || this == FAILED || this == CANCELLED;
    }
}

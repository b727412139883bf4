package io.holdfast.core.worker;

/**
 * The control plane's answer to a report.
 *
 * @param key which lease
 * @param state whether to go on
 */
public record LeaseAnswer(LeaseKey key, State state) {

    /** Whether a task may go on. */
    public enum State {
        /** It may; the lease is renewed. */
        VALID,
        /** Somebody wants it to end; it stops and completes as cancelled. The lease is renewed for that. */
        CANCEL,
        /** A mount is to move its instance to production storage, and ends with that; the lease is renewed. */
        MOVE,
        /** A mount is to discard its instance, and ends with that; the lease is renewed. */
        DISCARD,
        /** The lease is over and somebody else may hold it: the task stops at once, its result is not wanted. */
        LOST
    }
}

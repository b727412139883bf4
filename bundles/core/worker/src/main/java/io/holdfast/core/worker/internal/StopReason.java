package io.holdfast.core.worker.internal;

/** Why a task has to stop. */
enum StopReason {
    /** Somebody wants it to end. */
    CANCELLED,
    /** Its plugin leaves. */
    PLUGIN_LEFT,
    /** The node stops. */
    NODE_STOPS,
    /** The lease is over; nobody wants its result. */
    LEASE_LOST
}

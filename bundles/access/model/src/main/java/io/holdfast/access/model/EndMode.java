package io.holdfast.access.model;

/** How an instant recovery ends. */
public enum EndMode {
    /** The instance is moved to production storage while it runs. */
    MOVE,
    /** The instance is removed, with what it has written. */
    DISCARD
}

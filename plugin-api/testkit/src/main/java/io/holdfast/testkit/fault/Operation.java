package io.holdfast.testkit.fault;

/** What a fault can happen to. */
public enum Operation {
    /** A destination's put. */
    PUT,
    /** A destination's read. */
    READ,
    /** A destination's stat. */
    STAT,
    /** A destination's list. */
    LIST,
    /** A destination's delete. */
    DELETE,
    /** A destination's capacity. */
    CAPACITY,
    /** Connecting to a provider. */
    CONNECT,
    /** Testing a provider. */
    TEST,
    /** Inventory and descriptions. */
    INVENTORY,
    /** Opening an export. */
    OPEN_EXPORT,
    /** Any read of a source: content, extents, the next entry or item. */
    READ_SOURCE,
    /** The end of reading. */
    READING_DONE,
    /** The news that the backup is stored. */
    COMMITTED,
    /** Opening an import. */
    OPEN_IMPORT,
    /** Any write to a target. */
    WRITE_TARGET,
    /** The completion of an import. */
    COMPLETE_IMPORT,
    /** Undoing what the journal holds. */
    UNDO
}

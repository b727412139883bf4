package io.holdfast.core.worker;

/** The names of parameters and results of {@link TaskKind#SNAPSHOT}, besides those of {@link TaskParameters}. Values are text. */
public final class SnapshotParameters {

    /** What is done: {@link #TAKE}, {@link #REVERT}, {@link #DELETE} or {@link #RETAIN}. */
    public static final String ACTION = "action";
    /** A snapshot is taken. */
    public static final String TAKE = "take";
    /** The instance goes back to a snapshot. */
    public static final String REVERT = "revert";
    /** A snapshot of ours is deleted. */
    public static final String DELETE = "delete";
    /** Snapshots of ours that a rule does not keep are deleted; the control plane says which. */
    public static final String RETAIN = "retain";
    /** What a new snapshot is called. */
    public static final String NAME = "name";
    /** Why it is taken. */
    public static final String DESCRIPTION = "description";
    /** {@code true}: applications must have been held still. */
    public static final String QUIESCE = "quiesce";
    /** The provider's id of the snapshot; as a result, of the one that was taken. */
    public static final String SNAPSHOT = "snapshot";
    /** As a result: how many snapshots were deleted. */
    public static final String DELETED = "deleted";

    private SnapshotParameters() {}
}

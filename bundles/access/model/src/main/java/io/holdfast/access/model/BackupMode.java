package io.holdfast.access.model;

/** How much a backup reads. */
public enum BackupMode {
    /** What changed, if that can be told; otherwise everything. */
    AUTO,
    /** Everything. */
    FULL
}

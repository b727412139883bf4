package io.holdfast.spi.strategy;

/** What an instance is like after it went back to a snapshot. Constants may be added in a minor version. */
public enum SnapshotConsistency {
    /** The provider does not say. */
    UNKNOWN,
    /** As after a loss of power. */
    CRASH,
    /** Applications, or at least file systems, were held still when it was taken; or the instance was stopped. */
    APPLICATION,
    /** It holds the memory as well: the instance goes on where it was. */
    MEMORY
}

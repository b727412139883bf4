package io.holdfast.spi.strategy;

/** What a strategy can do beyond inventory and full export. Constants may be added in a minor version. */
public enum StrategyCapability {
    /** {@link Strategy#openImport} works. */
    IMPORT,
    /** Finds its instances by itself; without, administrators name them. */
    DISCOVERY,
    /** Instances that administrators name are accepted. */
    MANUAL_INSTANCES,
    /** Uses change tokens: what did not change is not read. */
    INCREMENTAL,
    /** The strategy is a {@link SnapshotControl}. */
    SNAPSHOTS,
    /** Restores chosen entries of a tree or chosen items. */
    PARTIAL_IMPORT,
    /** The strategy is an {@link InstantRecovery}. Since 1.1. */
    INSTANT_RECOVERY,
    /** {@link InstantRecovery#prove} works. Since 1.1. */
    BOOT_PROOF
}

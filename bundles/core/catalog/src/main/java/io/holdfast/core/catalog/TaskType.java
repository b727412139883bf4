package io.holdfast.core.catalog;

/** A unit of node work. */
public enum TaskType {
    /** Asks a provider for its instances. */
    INVENTORY,
    /** Reads an instance into sealed packs in staging. */
    EXPORT,
    /** Ships sealed packs, then the index, then the manifest. */
    STORE,
    /** Restores from the vault through the strategy's import. */
    RESTORE,
    /** Re-reads backups. */
    VERIFY,
    /** Forgets backups and collects. */
    PRUNE,
    /** Prepares or adopts a vault. */
    ATTACH,
    /** Reads the backups of a destination. */
    REBUILD,
    /** Runs an instance straight from a backup, until somebody ends that. */
    MOUNT,
    /** Boots an instance from a backup in isolation, and looks whether it comes up. */
    PROVE,
    /** Removes what a dead task left on a provider or a node. */
    CLEANUP,
    /** Takes, reverts to or deletes snapshots that stay on the provider. */
    SNAPSHOT,
    /** Copies backups from one destination to another. */
    COPY,
    /** Adds a way to the keys of a vault, begins a new key epoch, or destroys the keys. */
    KEYS
}

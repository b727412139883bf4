package io.holdfast.core.worker;

/** What a node can be asked to do. The names are those of the catalogue's task types. */
public enum TaskKind {
    /** Lists the instances of a provider, or describes one that somebody named. */
    INVENTORY,
    /** Reads an instance into sealed packs in staging. */
    EXPORT,
    /** Ships what an export has sealed, then the index, then the manifest. */
    STORE,
    /** Restores a backup through the strategy's import. */
    RESTORE,
    /** Re-reads backups. */
    VERIFY,
    /** Forgets backups and collects what nothing needs. */
    PRUNE,
    /** Creates or adopts the vault on a destination. */
    ATTACH,
    /** Reads the backups of a destination. */
    REBUILD,
    /** Runs an instance straight from a backup; ends when somebody says so. */
    MOUNT,
    /** Boots an instance from a backup in isolation, and looks whether it comes up. */
    PROVE,
    /** Removes what a dead task left on a provider. */
    CLEANUP,
    /** Takes, reverts to or deletes snapshots that stay on the provider, see {@link SnapshotParameters}. */
    SNAPSHOT,
    /** Copies backups from one destination to another: sealed to a replica of the vault, else read and written anew. */
    COPY,
    /** Adds a way to the keys of a vault, begins a new key epoch, or destroys the keys. */
    KEYS
}

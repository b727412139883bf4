package io.holdfast.core.catalog;

/** What a request becomes. */
public enum WorkflowType {
    /** Lists the instances of a provider. */
    INVENTORY,
    /** Backs one instance up. */
    BACKUP,
    /** Restores a backup, or parts of it. */
    RESTORE,
    /** Re-reads backups and proves them. */
    VERIFY,
    /** Forgets backups by retention and frees what nothing needs. */
    PRUNE,
    /** Prepares or adopts the vault on a destination. */
    ATTACH,
    /** Rebuilds the catalogue's backups from a destination. */
    REBUILD,
    /** Runs an instance straight from a backup, until it is moved to production or discarded. */
    INSTANT_RECOVERY,
    /** Proves a backup by booting an instance from it in isolation. */
    BOOT_PROOF,
    /** Removes what a dead task left on a provider. */
    CLEANUP,
    /** Takes, reverts to or deletes snapshots of an instance on its provider. */
    SNAPSHOT,
    /** Copies backups from one destination to another. */
    COPY,
    /** Adds a way to the keys of a vault, begins a new key epoch, or destroys the keys. */
    KEYS
}

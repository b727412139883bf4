package io.holdfast.core.security;

/** One thing that somebody may be allowed to do. Constants may be added in a minor version. */
public enum Permission {
    /** See tasks, workflows, their logs, and the state of the appliance. */
    STATUS_READ,
    /** See providers, instances and destinations; secrets are never shown. */
    INVENTORY_READ,
    /** Create, change and remove providers and destinations; change the settings of instances. */
    INVENTORY_WRITE,
    /** Ask a provider for its instances, test a provider or a destination. */
    INVENTORY_SYNC,
    /** See backups: times, sizes, proofs. Not what is in them. */
    BACKUP_READ,
    /** Start a backup or a verification. */
    BACKUP_RUN,
    /** Remove backups, prune. */
    BACKUP_DELETE,
    /** Create, change and remove policies: what is backed up by itself, and what of that is kept. */
    POLICY_WRITE,
    /** See, download and restore what is in backups. */
    RESTORE,
    /** Take snapshots of instances that stay on their providers. */
    SNAPSHOT_CREATE,
    /** Take instances back to snapshots: what was written since is lost. */
    SNAPSHOT_REVERT,
    /** Delete snapshots that the appliance made. */
    SNAPSHOT_DELETE,
    /** Cancel workflows and tasks. */
    WORKFLOW_CANCEL,
    /** Attach, adopt and rebuild vaults. */
    VAULT_WRITE,
    /** See recovery keys. */
    RECOVERY_KEY_READ,
    /** Manage users and everybody's tokens. */
    ACCOUNT_WRITE,
    /** Agree to what another administrator has asked for. */
    APPROVE,
    /** Change the configuration of the appliance. */
    SYSTEM_WRITE
}

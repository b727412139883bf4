package io.holdfast.access.model;

/** How a vault comes to be on a destination. */
public enum AttachMode {
    /** A new vault is made; there must be none. */
    CREATE,
    /** The vault that is there is taken over, with everything in it. */
    ADOPT,
    /** A vault with the keys of the one on another destination is made; backups can be copied to it. */
    REPLICA
}

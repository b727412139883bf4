package io.holdfast.core.security;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What somebody is trusted with. Roles are few and fixed; everything is decided by their {@link Permission}s. */
public enum Role {
    /** May do everything. */
    ADMIN(EnumSet.allOf(Permission.class)),
    /** Runs backups and restores, takes snapshots and goes back to them; changes neither configuration nor accounts, deletes neither backups
     * nor snapshots. */
    OPERATOR(EnumSet.of(
            Permission.STATUS_READ,
            Permission.INVENTORY_READ,
            Permission.INVENTORY_SYNC,
            Permission.BACKUP_READ,
            Permission.BACKUP_RUN,
            Permission.RESTORE,
            Permission.SNAPSHOT_CREATE,
            Permission.SNAPSHOT_REVERT,
            Permission.WORKFLOW_CANCEL)),
    /** Sees how things are; neither changes anything nor sees what is in a backup. */
    VIEWER(EnumSet.of(Permission.STATUS_READ, Permission.INVENTORY_READ, Permission.BACKUP_READ));

    private final Set<Permission> permissions;

    Role(Set<Permission> permissions) {
        this.permissions = Set.copyOf(permissions);
    }

    /** The name under which it is stored and shown: {@code admin}, {@code operator}, {@code viewer}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it allows. */
    public Set<Permission> permissions() {
        return permissions;
    }

    /** The role of that id. */
    public static Optional<Role> of(String id) {
        for (Role role : values()) {
            if (role.id().equals(id)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}

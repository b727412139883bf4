package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import java.nio.charset.StandardCharsets;

/**
 * Gives a file its attributes: owner, mode, extended attributes with access lists, times, in this order, since each may undo one
 * that came before. What this process may not set is noted and left out.
 */
final class AttributeWriter {

    private static final int SET_ID = 06000;

    private final KernelChanges changes;
    private final Accounts accounts;
    private final RestoreOptions.Ownership ownership;
    private final RestoreNotes notes;

    AttributeWriter(KernelChanges changes, Accounts accounts, RestoreOptions.Ownership ownership, RestoreNotes notes) {
        this.changes = changes;
        this.accounts = accounts;
        this.ownership = ownership;
        this.notes = notes;
    }

    /** The owner that an entry gets; -1 for whoever restores. */
    int user(EntryAttributes attributes, EntryExtra extra) {
        return switch (ownership) {
            case NONE -> -1;
            case NUMBERS -> attributes.userId();
            case NAMES -> accounts.user(extra.ownerName()).orElse(attributes.userId());
        };
    }

    int group(EntryAttributes attributes, EntryExtra extra) {
        return switch (ownership) {
            case NONE -> -1;
            case NUMBERS -> attributes.groupId();
            case NAMES -> accounts.group(extra.groupName()).orElse(attributes.groupId());
        };
    }

    /**
     * @param fd the file, open
     * @param located whether the descriptor only locates the file ({@code O_PATH})
     * @param inherits whether the file may have got an access list from its directory
     * @throws PluginException {@code QUOTA} or {@code UNAVAILABLE} if the file system can take no more
     */
    void apply(
            EntryPath path,
            EntryKind kind,
            int fd,
            boolean located,
            EntryAttributes attributes,
            EntryExtra extra,
            boolean inherits)
            throws PluginException {
        boolean owned = own(path, fd, user(attributes, extra), group(attributes, extra));
        if (inherits && kind != EntryKind.SYMLINK) {
            changes.removeAccessList(fd, located);
        }
        if (kind != EntryKind.SYMLINK) {
            // a program must not run as somebody whom its backup did not mean
            boolean strip = !owned && kind != EntryKind.DIRECTORY && (attributes.mode() & SET_ID) != 0;
            int mode = attributes.mode() & (strip ? 01777 : 07777);
            attempt(path, "permissions could not be set", () -> changes.mode(fd, located, mode));
            if (strip) {
                notes.add("set-id bits were left out, since the owner could not be restored", path);
            }
        }
        for (ExtendedAttribute attribute : extra.attributes()) {
            if (isRestorable(attribute.name())) {
                String what = "extended attribute " + new String(attribute.name(), StandardCharsets.UTF_8)
                        + " could not be set";
                attempt(path, what, () -> changes.attribute(fd, located, attribute));
            }
        }
        attempt(
                path,
                "modification time could not be set",
                () -> changes.modified(fd, located, attributes.modifiedSeconds(), attributes.modifiedNanos()));
    }

    private boolean own(EntryPath path, int fd, int user, int group) throws PluginException {
        if (user < 0 && group < 0) {
            return false;
        }
        if (attempt(path, null, () -> changes.owner(fd, user, group))) {
            return true;
        }
        if (!attempt(path, null, () -> changes.owner(fd, -1, group))) {
            notes.add("owner and group could not be set", path);
        } else {
            notes.add("owner could not be set", path);
        }
        return false;
    }

    private static boolean isRestorable(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.startsWith("user.")
                || text.startsWith("trusted.")
                || text.startsWith("security.")
                || text.equals("system.posix_acl_access")
                || text.equals("system.posix_acl_default")
                || text.equals("system.nfs4_acl");
    }

    /** Sets inode flags: the last thing, since an immutable file can be neither renamed nor given attributes. */
    void flags(EntryPath path, int fd, EntryExtra extra) {
        int flags = ((extra.flags() & EntryExtra.IMMUTABLE) != 0 ? 0x10 : 0)
                | ((extra.flags() & EntryExtra.APPEND) != 0 ? 0x20 : 0)
                | ((extra.flags() & EntryExtra.NODUMP) != 0 ? 0x40 : 0)
                | ((extra.flags() & EntryExtra.COMPRESSED) != 0 ? 0x4 : 0);
        if (flags != 0) {
            try {
                changes.addFlags(fd, flags);
            } catch (ErrnoException e) {
                notes.add("inode flags (chattr) could not be set", path);
            }
        }
    }

    private interface Change {
        void run() throws ErrnoException;
    }

    private boolean attempt(EntryPath path, @org.jspecify.annotations.Nullable String what, Change change)
            throws PluginException {
        try {
            change.run();
            return true;
        } catch (ErrnoException e) {
            if (e.kind() == ErrorKind.QUOTA || e.kind() == ErrorKind.UNAVAILABLE) {
                throw e.toPlugin("cannot set the attributes of " + path);
            }
            if (what != null) {
                notes.add(what + " (" + Errno.describe(e.errno()) + ")", path);
            }
            return false;
        }
    }
}

package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.TreeEntry;

/** What a restore does with what exists under the name of an entry. */
enum OverwriteRule {
    /** Replaces it. */
    ALWAYS,
    /** Replaces it unless type, size, modification time, permissions and owner are as in the backup. */
    IF_CHANGED,
    /** Replaces it if its modification time is before that in the backup. */
    IF_NEWER,
    /** Leaves it. */
    NEVER;

    /**
     * Whether the entry takes the place of what exists.
     *
     * @param user the owner that the entry would get, -1 for whoever restores
     * @param group likewise
     */
    boolean replaces(TreeEntry entry, FileStat existing, int user, int group) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case IF_NEWER -> isOlder(existing, entry.attributes());
            case IF_CHANGED -> differs(entry, existing, user, group);
        };
    }

    private static boolean isOlder(FileStat existing, EntryAttributes backup) {
        int seconds = Long.compare(existing.modifiedSeconds(), backup.modifiedSeconds());
        return seconds < 0 || seconds == 0 && existing.modifiedNanos() < backup.modifiedNanos();
    }

    private static boolean differs(TreeEntry entry, FileStat existing, int user, int group) {
        EntryAttributes backup = entry.attributes();
        EntryKind kind = entry.kind() == EntryKind.HARDLINK ? EntryKind.FILE : entry.kind();
        return existing.kind() != kind
                || entry.kind() == EntryKind.FILE && existing.size() != backup.size()
                || existing.modifiedSeconds() != backup.modifiedSeconds()
                || existing.modifiedNanos() != backup.modifiedNanos()
                || kind != EntryKind.SYMLINK && existing.mode() != backup.mode()
                || user >= 0 && existing.user() != user
                || group >= 0 && existing.group() != group;
    }
}

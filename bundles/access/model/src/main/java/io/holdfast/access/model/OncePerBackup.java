package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is counted once, wherever a backup has copies. */
public final class OncePerBackup {

    private static final int INSTANCE = 33;
    private static final int SESSION = 24;

    private OncePerBackup() {}

    /** These backups without those that are copies of an earlier one in the list, as many as that at most. */
    public static List<Backup> of(List<Backup> all, int most) {
        Set<String> seen = new HashSet<>();
        List<Backup> once = new ArrayList<>();
        for (Backup backup : all) {
            if (once.size() < most && seen.add(session(backup.id()))) {
                once.add(backup);
            }
        }
        return once;
    }

    /** What the ids of a backup and of its copies have in common: {@link io.holdfast.core.vault.BackupId#sameSession}. */
    private static String session(String id) {
        return id.length() < INSTANCE + SESSION ? id : id.substring(INSTANCE, INSTANCE + SESSION);
    }
}

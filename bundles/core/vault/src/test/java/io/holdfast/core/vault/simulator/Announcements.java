package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each backup will be, if it ever will; a copy is what its origin is, on whatever store. */
final class Announcements {

    /** How a machine looked. */
    record Announced(BackupId origin, String instance, Contents.Picture picture) {}

    private final Map<String, Announced> all = new HashMap<>();
    private final Set<BackupId> committed = new HashSet<>();

    private static String common(BackupId id) {
        return id.value().substring(0, id.value().length() - 8);
    }

    /** A session of that machine has begun. */
    void add(BackupId id, String instance, Contents.Picture picture) {
        all.put(common(id), new Announced(id, instance, picture));
    }

    /** The backup of that name, or of which that one is a copy; null if nobody has begun it. */
    @Nullable
    Announced of(BackupId id) {
        return all.get(common(id));
    }

    /** It exists, or has existed. */
    void commit(BackupId origin) {
        committed.add(origin);
    }

    /** Whether it exists or has existed. */
    boolean committed(BackupId origin) {
        return committed.contains(origin);
    }
}

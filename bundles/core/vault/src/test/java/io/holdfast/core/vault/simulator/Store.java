package io.holdfast.core.vault.simulator;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is on the simulated store. For whoever has the turn. */
final class Store {

    private static final int REMEMBERED = 40;

    /** Sees every change when it has happened. */
    interface Watcher {
        void put(ObjectKey key, byte[] bytes);

        void deleted(ObjectKey key);
    }

    private record Change(ObjectKey key, long sizeBefore) {}

    /** Begins the lines that tell of it; empty for the store on which backups are made. */
    final String name;

    final TreeMap<ObjectKey, byte[]> objects = new TreeMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();
    private @Nullable Watcher watcher;
    private long used;
    /** Bytes that fit in all. */
    long room = Long.MAX_VALUE;

    Store(String name) {
        this.name = name;
    }

    void watch(Watcher by) {
        watcher = by;
    }

    long used() {
        return used;
    }

    void put(ObjectKey key, byte[] bytes) throws PluginException {
        if (objects.containsKey(key)) {
            throw new PluginException(ErrorKind.ALREADY_EXISTS, key + " exists.");
        }
        if (used + bytes.length > room) {
            throw new PluginException(ErrorKind.QUOTA, "The store is full.");
        }
        remember(key);
        objects.put(key, bytes);
        used += bytes.length;
        if (watcher != null) {
            watcher.put(key, bytes);
        }
    }

    void delete(ObjectKey key) {
        remember(key);
        byte[] gone = objects.remove(key);
        if (gone != null) {
            used -= gone.length;
            if (watcher != null) {
                watcher.deleted(key);
            }
        }
    }

    private void remember(ObjectKey key) {
        byte[] before = objects.get(key);
        changes.addLast(new Change(key, before == null ? -1 : before.length));
        if (changes.size() > REMEMBERED) {
            changes.removeFirst();
        }
    }

    /** A listing that does not know of the latest changes. */
    List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, int unknown) {
        Map<ObjectKey, Long> sizes = new TreeMap<>();
        Map<ObjectKey, byte[]> from =
                after == null ? objects.tailMap(ObjectKey.of(first(prefix)), true) : objects.tailMap(after, false);
        for (Map.Entry<ObjectKey, byte[]> e : from.entrySet()) {
            if (e.getKey().value().startsWith(prefix)) {
                sizes.put(e.getKey(), (long) e.getValue().length);
            } else if (e.getKey().value().compareTo(prefix) > 0) {
                break;
            }
        }
        var newestFirst = changes.descendingIterator();
        for (int i = 0; i < unknown && newestFirst.hasNext(); i++) {
            Change change = newestFirst.next();
            boolean wanted = change.key().value().startsWith(prefix)
                    && (after == null || change.key().compareTo(after) > 0);
            if (wanted && change.sizeBefore() < 0) {
                sizes.remove(change.key());
            } else if (wanted) {
                sizes.put(change.key(), change.sizeBefore());
            }
        }
        List<ObjectStat> page = new ArrayList<>();
        for (Map.Entry<ObjectKey, Long> e : sizes.entrySet()) {
            if (page.size() < limit) {
                page.add(new ObjectStat(e.getKey(), e.getValue()));
            }
        }
        return page;
    }

    private static String first(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}

package io.holdfast.testkit.fake;

import io.holdfast.spi.destination.ObjectKey;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The medium below {@link MemoryDestination}: what survives when a destination is closed and opened again. Tests look into it
 * and damage it. Safe for use from any thread.
 */
public final class MemoryStore {

    private final NavigableMap<ObjectKey, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<ObjectKey, Instant> locks = new ConcurrentHashMap<>();
    private final long limit;
    private volatile @Nullable String owner;

    /** A store of one GiB, which a test does not fill. */
    public MemoryStore() {
        this(1L << 30);
    }

    /**
     * A store that becomes full.
     *
     * @param limit how many bytes it holds
     */
    public MemoryStore(long limit) {
        this.limit = limit;
    }

    /** All keys, in order. */
    public Set<ObjectKey> keys() {
        return new TreeSet<>(objects.keySet());
    }

    /** The bytes of an object, not a copy: changing them is bit rot. */
    public byte @Nullable [] bytes(ObjectKey key) {
        return objects.get(key);
    }

    /** Puts bytes past every rule, as damage from outside does. */
    public void overwrite(ObjectKey key, byte[] bytes) {
        objects.put(key, bytes);
    }

    /** Removes an object past every rule, locks too. */
    public void lose(ObjectKey key) {
        objects.remove(key);
    }

    /** How many bytes are stored. */
    public long used() {
        return objects.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    /** How many bytes it holds. */
    public long limit() {
        return limit;
    }

    NavigableMap<ObjectKey, byte[]> objects() {
        return objects;
    }

    /** The objects that have a lock, over or not. */
    public Set<ObjectKey> locked() {
        return Set.copyOf(locks.keySet());
    }

    Map<ObjectKey, Instant> locks() {
        return locks;
    }

    @Nullable
    String owner() {
        return owner;
    }

    void owner(String applianceId) {
        owner = applianceId;
    }
}

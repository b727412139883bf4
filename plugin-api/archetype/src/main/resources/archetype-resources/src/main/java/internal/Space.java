package ${package}.internal;

import io.holdfast.spi.destination.ObjectKey;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The objects of one space. */
final class Space {

    private final String owner;
    private final ConcurrentNavigableMap<ObjectKey, byte[]> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong used = new AtomicLong();

    Space(String owner) {
        this.owner = owner;
    }

    String owner() {
        return owner;
    }

    ConcurrentNavigableMap<ObjectKey, byte[]> objects() {
        return objects;
    }

    long used() {
        return used.get();
    }

    /** Takes room before the bytes come, so that concurrent puts cannot exceed the limit together. */
    boolean reserve(long bytes, long limit) {
        long before = used.get();
        while (bytes <= limit - before) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** The size of what was removed. */
    Optional<Long> remove(ObjectKey key) {
        return Optional.ofNullable(objects.remove(key)).map(bytes -> (long) bytes.length);
    }
}

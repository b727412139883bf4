package io.holdfast.core.vault;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects in memory, with faults on demand. */
class MemoryDestination implements Destination {

    final TreeMap<ObjectKey, byte[]> objects = new TreeMap<>();
    final AtomicInteger operations = new AtomicInteger();
    /** From this operation on everything fails; the one itself may happen or not. */
    volatile int diesAt = Integer.MAX_VALUE;

    volatile boolean dyingPutArrives;
    /** Whether it admits that its listings are behind the times. */
    volatile boolean lateLists;
    /** Bytes that fit in all. */
    volatile long room = Long.MAX_VALUE;
    /** Called before each operation. */
    volatile Hook hook = (operation, key) -> {};

    /** Says of which ranges the medium cannot read a part. */
    volatile Unreadable unreadable = (key, offset, length) -> false;

    interface Unreadable {
        boolean touches(String key, long offset, int length);
    }

    interface Hook {
        void before(String operation, String key) throws PluginException;
    }

    private boolean step(String operation, String key) throws PluginException {
        hook.before(operation, key);
        int n = operations.incrementAndGet();
        if (n > diesAt || n == diesAt && !(dyingPutArrives && operation.equals("put"))) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "The destination is dead.");
        }
        return n == diesAt;
    }

    long used() {
        synchronized (objects) {
            return objects.values().stream().mapToLong(b -> b.length).sum();
        }
    }

    List<String> keys(String prefix) {
        synchronized (objects) {
            return objects.keySet().stream()
                    .map(ObjectKey::value)
                    .filter(k -> k.startsWith(prefix))
                    .toList();
        }
    }

    byte[] get(String key) {
        synchronized (objects) {
            return objects.get(ObjectKey.of(key));
        }
    }

    void replace(String key, byte[] bytes) {
        synchronized (objects) {
            objects.put(ObjectKey.of(key), bytes);
        }
    }

    void remove(String key) {
        synchronized (objects) {
            objects.remove(ObjectKey.of(key));
        }
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        EnumSet<DestinationCapability> all = EnumSet.of(
                DestinationCapability.EXCLUSIVE_PUT, DestinationCapability.RANDOM_ACCESS, DestinationCapability.DELETE);
        if (!lateLists) {
            all.add(DestinationCapability.LIST_AFTER_WRITE);
        }
        return all;
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        boolean dying = step("put", key.value());
        try (InputStream in = content.open()) {
            byte[] bytes = in.readAllBytes();
            synchronized (objects) {
                if (used() + bytes.length > room) {
                    throw new PluginException(ErrorKind.QUOTA, "The destination is full.");
                }
                if (objects.putIfAbsent(key, bytes) != null) {
                    throw new PluginException(ErrorKind.ALREADY_EXISTS, key + " exists.");
                }
            }
        } catch (IOException e) {
            throw new PluginException(ErrorKind.INTERNAL, "unreadable", e);
        }
        if (dying) {
            throw new PluginException(ErrorKind.TIMEOUT, "No answer.");
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        step("read", key.value());
        byte[] bytes;
        synchronized (objects) {
            bytes = objects.get(key);
        }
        if (bytes == null) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no object " + key + ".");
        }
        int from = (int) Math.min(offset, bytes.length);
        int count = (int) Math.min(length, bytes.length - from);
        if (unreadable.touches(key.value(), from, count)) {
            throw new PluginException(ErrorKind.CORRUPT_DATA, "The medium cannot read a part of " + key + ".");
        }
        context.transferred(count);
        return new ByteArrayInputStream(bytes, from, count);
    }

    @Override
    public java.util.Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        step("stat", key.value());
        synchronized (objects) {
            return java.util.Optional.ofNullable(objects.get(key)).map(b -> new ObjectStat(key, b.length));
        }
    }

    @Override
    public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        step("list", prefix);
        synchronized (objects) {
            return objects.entrySet().stream()
                    .filter(e -> e.getKey().value().startsWith(prefix))
                    .filter(e -> after == null || e.getKey().compareTo(after) > 0)
                    .limit(limit)
                    .map(e -> new ObjectStat(e.getKey(), e.getValue().length))
                    .toList();
        }
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        step("delete", key.value());
        synchronized (objects) {
            objects.remove(key);
        }
    }

    @Override
    public Capacity capacity(TransferContext context) {
        return Capacity.unknown();
    }

    @Override
    public void close() {}
}

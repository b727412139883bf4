package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A faultless destination in memory that can do everything but wait for a tape. */
public final class MemoryDestination implements Destination, ImmutableStore {

    private static final int PIECE = 1 << 16;

    private final MemoryStore store;
    private final Clock clock;
    private volatile boolean closed;

    /**
     * @param store keeps the objects
     * @param clock decides when a lock has ended
     */
    public MemoryDestination(MemoryStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(DestinationCapability.SEQUENTIAL));
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        begin(context);
        if (store.objects().containsKey(key)) {
            throw taken(key);
        }
        if (content.length() > store.limit() - store.used()) {
            throw new PluginException(
                    ErrorKind.QUOTA, "cannot store object " + key + ": the memory is full; delete something");
        }
        byte[] bytes = receive(key, content, context);
        begin(context);
        if (store.objects().putIfAbsent(key, bytes) != null) {
            throw taken(key);
        }
    }

    private byte[] receive(ObjectKey key, Content content, TransferContext context) throws PluginException {
        byte[] bytes = new byte[Math.toIntExact(content.length())];
        int received = 0;
        try (InputStream in = content.open()) {
            while (received < bytes.length) {
                begin(context);
                int n = in.read(bytes, received, Math.min(PIECE, bytes.length - received));
                if (n < 0) {
                    throw wrongLength(key, content.length());
                }
                received += n;
                context.transferred(n);
            }
            if (in.read() >= 0) {
                throw wrongLength(key, content.length());
            }
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "cannot store object " + key + ": its content cannot be read", e);
        }
        Optional<byte[]> expected = content.sha256();
        if (expected.isPresent() && !MessageDigest.isEqual(expected.get(), TestContents.sha256(bytes))) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "cannot store object " + key + ": its bytes are not those announced");
        }
        return bytes;
    }

    private static PluginException wrongLength(ObjectKey key, long announced) {
        return new PluginException(
                ErrorKind.INTERNAL,
                "cannot store object " + key + ": its content does not have " + announced + " bytes");
    }

    private static PluginException taken(ObjectKey key) {
        return new PluginException(ErrorKind.ALREADY_EXISTS, "cannot store object " + key + ": the key is taken");
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        begin(context);
        byte[] bytes = store.objects().get(key);
        if (bytes == null) {
            throw missing(key);
        }
        int start = (int) Math.min(offset, bytes.length);
        int count = (int) Math.min(length, bytes.length - start);
        return new Reported(new ByteArrayInputStream(bytes, start, count), context);
    }

    private static PluginException missing(ObjectKey key) {
        return new PluginException(ErrorKind.NOT_FOUND, "there is no object " + key);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        return Optional.ofNullable(store.objects().get(key)).map(bytes -> new ObjectStat(key, bytes.length));
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        begin(context);
        NavigableMap<ObjectKey, byte[]> rest =
                after == null ? store.objects() : store.objects().tailMap(after, false);
        return rest.entrySet().stream()
                .filter(entry -> entry.getKey().value().startsWith(prefix))
                .limit(limit)
                .map(entry -> new ObjectStat(entry.getKey(), entry.getValue().length))
                .toList();
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        Instant until = store.locks().get(key);
        if (until != null && clock.instant().isBefore(until)) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "cannot delete object " + key + ": it is locked until " + until);
        }
        store.objects().remove(key);
        store.locks().remove(key);
    }

    @Override
    public void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
        begin(context);
        if (!store.objects().containsKey(key)) {
            throw missing(key);
        }
        store.locks().merge(key, until, (old, given) -> given.isAfter(old) ? given : old);
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        return Optional.ofNullable(store.locks().get(key)).filter(until -> until.isAfter(clock.instant()));
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        begin(context);
        return new Capacity(OptionalLong.of(store.limit()), OptionalLong.of(Math.max(0, store.limit() - store.used())));
    }

    private void begin(TransferContext context) throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the memory destination was closed");
        }
        context.cancellation().throwIfCancelled();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Counts what is read and stops when cancelled. */
    private static final class Reported extends FilterInputStream {
        private final TransferContext context;

        Reported(InputStream in, TransferContext context) {
            super(in);
            this.context = context;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                context.cancellation().throwIfCancelled();
            } catch (PluginException e) {
                throw new IOException(e.getMessage(), e);
            }
            int n = super.read(target, offset, length);
            context.transferred(Math.max(0, n));
            return n;
        }
    }
}

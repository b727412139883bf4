package ${package}.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection to a space. */
final class StoreDestination implements Destination {

    private static final int PIECE = 1 << 16;

    private final String name;
    private final Space space;
    private final long limit;
    private volatile boolean closed;

    StoreDestination(String name, Space space, long limit) {
        this.name = name;
        this.space = space;
        this.limit = limit;
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return Set.of(
                DestinationCapability.EXCLUSIVE_PUT,
                DestinationCapability.LIST_AFTER_WRITE,
                DestinationCapability.RANDOM_ACCESS,
                DestinationCapability.DELETE,
                DestinationCapability.CAPACITY);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        begin(context);
        if (space.objects().containsKey(key)) {
            throw taken(key);
        }
        if (!space.reserve(content.length(), limit)) {
            throw new PluginException(
                    ErrorKind.QUOTA,
                    "cannot store object " + key + ": space '" + name + "' would exceed its limit of " + limit
                            + " bytes; raise the limit or delete backups");
        }
        boolean stored = false;
        try {
            byte[] bytes = receive(key, content, context);
            stored = space.objects().putIfAbsent(key, bytes) == null;
        } finally {
            if (!stored) {
                space.release(content.length());
            }
        }
        if (!stored) {
            throw taken(key);
        }
    }

    private byte[] receive(ObjectKey key, Content content, TransferContext context) throws PluginException {
        byte[] bytes = new byte[(int) content.length()];
        try (InputStream in = content.open()) {
            int received = 0;
            while (received < bytes.length) {
                begin(context);
                int n = in.read(bytes, received, Math.min(PIECE, bytes.length - received));
                if (n < 0) {
                    throw wrongLength(key, bytes.length);
                }
                received += n;
                context.transferred(n);
            }
            if (in.read() >= 0) {
                throw wrongLength(key, bytes.length);
            }
            begin(context);
            return bytes;
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "cannot store object " + key + ": its content cannot be read", e);
        }
    }

    private static PluginException taken(ObjectKey key) {
        return new PluginException(ErrorKind.ALREADY_EXISTS, "cannot store object " + key + ": the key is taken");
    }

    private static PluginException wrongLength(ObjectKey key, int announced) {
        return new PluginException(
                ErrorKind.INTERNAL, "cannot store object " + key + ": its content is not of " + announced + " bytes");
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        begin(context);
        byte[] bytes = space.objects().get(key);
        if (bytes == null) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no object " + key + " in space '" + name + "'");
        }
        int start = (int) Math.min(offset, bytes.length);
        int count = (int) Math.min(length, bytes.length - start);
        return new RangeStream(bytes, start, count, context);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        return Optional.ofNullable(space.objects().get(key)).map(bytes -> new ObjectStat(key, bytes.length));
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int max, TransferContext context)
            throws PluginException {
        begin(context);
        NavigableMap<ObjectKey, byte[]> rest =
                after == null ? space.objects() : space.objects().tailMap(after, false);
        return rest.entrySet().stream()
                .filter(entry -> entry.getKey().value().startsWith(prefix))
                .limit(max)
                .map(entry -> new ObjectStat(entry.getKey(), entry.getValue().length))
                .toList();
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        begin(context);
        space.remove(key).ifPresent(space::release);
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        begin(context);
        return new Capacity(OptionalLong.of(limit), OptionalLong.of(Math.max(0, limit - space.used())));
    }

    private void begin(TransferContext context) throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the connection to space '" + name + "' was closed");
        }
        context.cancellation().throwIfCancelled();
    }

    @Override
    public void close() {
        closed = true;
    }
}

package io.holdfast.itests.crowd;

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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What an object store is like, without a network: no folders, no renames, keys in a table beside blobs that have numbers. A put sends
 * everything and then competes for the key, a list is made of pages of 100 keys, each with the state of its own moment.
 */
final class ObjectStore implements Destination {

    private static final int PAGE = 100;

    private record Blob(Path file, long length) {}

    private final Path directory;
    private final ConcurrentSkipListMap<ObjectKey, Blob> table = new ConcurrentSkipListMap<>();
    private final AtomicLong blobs = new AtomicLong();

    ObjectStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return EnumSet.of(
                DestinationCapability.EXCLUSIVE_PUT,
                DestinationCapability.LIST_AFTER_WRITE,
                DestinationCapability.RANDOM_ACCESS,
                DestinationCapability.DELETE);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Path file = directory.resolve(Long.toString(blobs.incrementAndGet()));
        try {
            long length;
            try (InputStream in = content.open()) {
                length = Files.copy(in, file);
            }
            context.transferred(length);
            if (table.putIfAbsent(key, new Blob(file, length)) != null) {
                Files.delete(file);
                throw new PluginException(ErrorKind.ALREADY_EXISTS, "The key " + key + " is taken.");
            }
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "Object " + key + " cannot be stored: " + e, e);
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Blob blob = table.get(key);
        if (blob == null) {
            throw missing(key);
        }
        try (FileChannel channel = FileChannel.open(blob.file())) {
            long from = Math.min(offset, blob.length());
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, blob.length() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                context.cancellation().throwIfCancelled();
            }
            context.transferred(bytes.position());
            return new ByteArrayInputStream(bytes.array(), 0, bytes.position());
        } catch (NoSuchFileException e) {
            throw missing(key);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "Object " + key + " cannot be read: " + e, e);
        }
    }

    private static PluginException missing(ObjectKey key) {
        return new PluginException(ErrorKind.NOT_FOUND, "There is no object " + key + ".");
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        return Optional.ofNullable(table.get(key)).map(blob -> new ObjectStat(key, blob.length()));
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        List<ObjectStat> all = new ArrayList<>();
        ObjectKey last = after;
        while (all.size() < limit) {
            context.cancellation().throwIfCancelled();
            List<ObjectStat> page = page(prefix, last, Math.min(PAGE, limit - all.size()));
            if (page.isEmpty()) {
                break;
            }
            all.addAll(page);
            last = page.get(page.size() - 1).key();
        }
        return all;
    }

    private List<ObjectStat> page(String prefix, @Nullable ObjectKey after, int count) {
        return (after == null ? table : table.tailMap(after, false))
                .entrySet().stream()
                        .filter(object -> object.getKey().value().startsWith(prefix))
                        .limit(count)
                        .map(object -> new ObjectStat(
                                object.getKey(), object.getValue().length()))
                        .toList();
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Blob blob = table.remove(key);
        if (blob != null) {
            try {
                Files.deleteIfExists(blob.file());
            } catch (IOException e) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "Object " + key + " cannot be deleted: " + e, e);
            }
        }
    }

    @Override
    public Capacity capacity(TransferContext context) {
        return Capacity.unknown();
    }

    /** Leaves the objects where they are, for others who have the store open. */
    @Override
    public void close() {}
}

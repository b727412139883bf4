package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.InputStream;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file system destination whose files can be made immutable. */
final class LockingDestination implements Destination, ImmutableStore {

    private final FilesystemDestination files;
    private final Set<DestinationCapability> capabilities;

    LockingDestination(FilesystemDestination files) {
        this.files = files;
        EnumSet<DestinationCapability> all = EnumSet.copyOf(files.capabilities());
        all.add(DestinationCapability.IMMUTABILITY);
        this.capabilities = Set.copyOf(all);
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return capabilities;
    }

    @Override
    public void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
        files.lock(key, until, context);
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) throws PluginException {
        return files.lockedUntil(key, context);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        files.put(key, content, context);
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        return files.read(key, offset, length, context);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        return files.stat(key, context);
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        return files.list(prefix, after, limit, context);
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        files.delete(key, context);
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        return files.capacity(context);
    }

    @Override
    public void close() {
        files.close();
    }
}

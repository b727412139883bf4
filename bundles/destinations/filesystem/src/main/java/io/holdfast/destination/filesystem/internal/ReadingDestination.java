package io.holdfast.destination.filesystem.internal;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Surroundings;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A destination that was opened for reading alone: nothing is ever written or deleted. */
final class ReadingDestination implements Destination {

    private final FilesystemDestination opened;
    private final List<Path> paths;

    private ReadingDestination(FilesystemDestination opened, List<Path> paths) {
        this.opened = opened;
        this.paths = paths;
    }

    static ReadingDestination open(FilesystemSettings settings, Surroundings surroundings) throws PluginException {
        List<Path> paths = settings.paths();
        return new ReadingDestination(
                FilesystemDestination.openWithoutSession(settings, surroundings, refusal(paths)), paths);
    }

    private static PluginException refusal(List<Path> paths) {
        return new PluginException(
                ErrorKind.UNSUPPORTED,
                "the destination " + paths + " is open for reading alone; open it with the appliance that owns it to"
                        + " change it");
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        EnumSet<DestinationCapability> left = EnumSet.copyOf(opened.capabilities());
        left.remove(DestinationCapability.DELETE);
        left.remove(DestinationCapability.EXCLUSIVE_PUT);
        return Set.copyOf(left);
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        throw refusal(paths);
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        return opened.read(key, offset, length, context);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        return opened.stat(key, context);
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        return opened.list(prefix, after, limit, context);
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        throw refusal(paths);
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        return opened.capacity(context);
    }

    @Override
    public void close() {
        opened.close();
    }
}

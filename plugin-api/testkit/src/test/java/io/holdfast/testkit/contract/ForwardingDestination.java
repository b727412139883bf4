package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.testkit.fake.MemoryDestination;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Passes everything on, for defects to override. */
class ForwardingDestination implements Destination, ImmutableStore {

    final MemoryDestination good;

    ForwardingDestination(MemoryDestination good) {
        this.good = good;
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        return good.capabilities();
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        good.put(key, content, context);
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        return good.read(key, offset, length, context);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        return good.stat(key, context);
    }

    @Override
    public List<ObjectStat> list(String prefix, ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        return good.list(prefix, after, limit, context);
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        good.delete(key, context);
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        return good.capacity(context);
    }

    @Override
    public void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
        good.lock(key, until, context);
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) throws PluginException {
        return good.lockedUntil(key, context);
    }

    @Override
    public void close() {
        good.close();
    }
}

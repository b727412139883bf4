package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.simulator.Faults.Fault;
import io.holdfast.core.vault.simulator.Faults.Operation;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The store as one process sees it. Whatever goes wrong, it keeps the contract of {@link Destination}: puts are atomic and durable, a put
 * that throws leaves nothing behind except after {@code TIMEOUT}, and then the whole object.
 */
final class FaultyStore implements Destination {

    private interface Change {
        void run() throws PluginException;
    }

    private final Process process;
    private final Store store;
    private final Faults faults;

    FaultyStore(Process process, Store store, Faults faults) {
        this.process = process;
        this.store = store;
        this.faults = faults;
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        EnumSet<DestinationCapability> all = EnumSet.of(
                DestinationCapability.EXCLUSIVE_PUT,
                DestinationCapability.LIST_AFTER_WRITE,
                DestinationCapability.RANDOM_ACCESS,
                DestinationCapability.DELETE);
        if (faults.lateLists) {
            all.remove(DestinationCapability.LIST_AFTER_WRITE);
        }
        return all;
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Fault fault = enter(Operation.PUT, key.value());
        byte[] bytes;
        try (InputStream in = content.open()) {
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new PluginException(ErrorKind.INTERNAL, "The content of " + key + " cannot be read.", e);
        }
        if (fault == Fault.FULL_ONCE || faults.full()) {
            throw new PluginException(ErrorKind.QUOTA, "The store is full.");
        }
        change(fault, () -> store.put(key, bytes));
        if (fault == Fault.REPEATED) {
            throw new PluginException(ErrorKind.ALREADY_EXISTS, key + " exists.");
        }
    }

    private Fault enter(Operation operation, String key) {
        return process.enter(operation, store.name + key, () -> faults.next(operation, key));
    }

    private void change(Fault fault, Change change) throws PluginException {
        switch (fault) {
            case KILL_AFTER -> {
                try {
                    change.run();
                } finally {
                    process.kill();
                }
                throw new Killed();
            }
            case KILL_WITHIN -> {
                boolean never = process.world.schedule.random.nextInt(4) == 0;
                if (!never) {
                    process.later(() -> quietly(change));
                }
                throw process.kill();
            }
            case TIMEOUT_AFTER_SUCCESS -> {
                change.run();
                throw new PluginException(ErrorKind.TIMEOUT, "No answer.");
            }
            case TIMEOUT_THEN_ARRIVAL -> {
                process.later(() -> quietly(change));
                throw new PluginException(ErrorKind.TIMEOUT, "No answer.");
            }
            default -> {
                refuse(fault);
                change.run();
            }
        }
    }

    private static void quietly(Change change) {
        try {
            change.run();
        } catch (PluginException e) {
            // nobody is there to hear it
        }
    }

    private static void refuse(Fault fault) throws PluginException {
        switch (fault) {
            case UNAVAILABLE, BROKEN_STREAM -> throw new PluginException(ErrorKind.UNAVAILABLE, "Service unavailable.");
            case TIMEOUT_WITHOUT_EFFECT -> throw new PluginException(ErrorKind.TIMEOUT, "No answer.");
            default -> {}
        }
    }

    private void killAfter(Fault fault) {
        if (fault == Fault.KILL_AFTER) {
            throw process.kill();
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        Fault fault = enter(Operation.READ, key.value());
        if (fault != Fault.BROKEN_STREAM) {
            refuse(fault);
        }
        byte[] bytes = store.objects.get(key);
        killAfter(fault);
        if (bytes == null) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no object " + key + ".");
        }
        int from = (int) Math.min(offset, bytes.length);
        int count = (int) Math.min(length, bytes.length - from);
        if (fault != Fault.BROKEN_STREAM) {
            return new ByteArrayInputStream(bytes, from, count);
        }
        return new InputStream() {
            private int left = count / 2;

            @Override
            public int read() throws IOException {
                if (left-- > 0) {
                    return bytes[from + count / 2 - left - 1] & 0xff;
                }
                throw new IOException("Connection reset");
            }
        };
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        Fault fault = enter(Operation.STAT, key.value());
        refuse(fault);
        killAfter(fault);
        return Optional.ofNullable(store.objects.get(key)).map(b -> new ObjectStat(key, b.length));
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        Fault fault = enter(Operation.LIST, prefix);
        refuse(fault);
        killAfter(fault);
        int unknown = faults.lateLists && process.actor != null ? process.world.schedule.random.nextInt(20) : 0;
        return store.list(prefix, after, limit, unknown);
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        Fault fault = enter(Operation.DELETE, key.value());
        change(fault, () -> store.delete(key));
    }

    @Override
    public Capacity capacity(TransferContext context) {
        return Capacity.unknown();
    }

    @Override
    public void close() {}
}

package io.holdfast.testkit.fault;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A destination that goes wrong by plan. It is no {@code ImmutableStore}, and does not claim to be one. */
public final class FaultyDestination implements Destination {

    private static final int REMEMBERED = 1_000;
    private static final int MAX_PAGE = 10_000;

    /** A put or a delete, for lists that are behind the times; the size is negative for a delete of what was not there. */
    private record Change(ObjectKey key, boolean put, long size) {}

    private final Destination good;
    private final Injection injection;
    private final Deque<Change> latest = new ArrayDeque<>();

    /**
     * @param good does the work
     * @param plan says what goes wrong
     */
    public FaultyDestination(Destination good, FaultPlan plan) {
        this.good = good;
        this.injection = new Injection(plan);
    }

    @Override
    public Set<DestinationCapability> capabilities() {
        EnumSet<DestinationCapability> capabilities = EnumSet.noneOf(DestinationCapability.class);
        capabilities.addAll(good.capabilities());
        capabilities.remove(DestinationCapability.IMMUTABILITY);
        return capabilities;
    }

    @Override
    public void put(ObjectKey key, Content content, TransferContext context) throws PluginException {
        Optional<Fault> fault = injection.plan().next(Operation.PUT, key.value());
        injection.apply(fault, Operation.PUT, key.value(), () -> {
            put(fault.orElse(null), key, content, context);
            return true;
        });
    }

    private void put(@Nullable Fault fault, ObjectKey key, Content content, TransferContext context)
            throws PluginException {
        if (fault instanceof Fault.LosesWrite) {
            return;
        }
        if (fault instanceof Fault.TearsWrite torn) {
            byte[] part = firstPart(content, torn.percent());
            good.put(key, Content.of(part), context);
            remember(new Change(key, true, part.length));
            if (torn.toldSo()) {
                throw Injection.failure(ErrorKind.UNAVAILABLE, Operation.PUT, key.value());
            }
            return;
        }
        good.put(key, content, context);
        remember(new Change(key, true, content.length()));
        if (fault instanceof Fault.RepeatsWrite) {
            good.put(key, content, context);
        }
    }

    private static byte[] firstPart(Content content, int percent) throws PluginException {
        try (InputStream in = content.open()) {
            return in.readNBytes((int) (content.length() * percent / 100));
        } catch (IOException e) {
            throw new PluginException(ErrorKind.INTERNAL, "the content cannot be read", e);
        }
    }

    @Override
    public InputStream read(ObjectKey key, long offset, long length, TransferContext context) throws PluginException {
        Optional<Fault> fault = injection.plan().next(Operation.READ, key.value());
        InputStream in =
                injection.apply(fault, Operation.READ, key.value(), () -> good.read(key, offset, length, context));
        if (fault.isEmpty()) {
            return in;
        }
        long size = good.stat(key, context).map(ObjectStat::size).orElse(0L);
        long expected = Math.min(length, Math.max(0, size - offset));
        return injection.distort(fault, in, (int) Math.min(Integer.MAX_VALUE, expected));
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key, TransferContext context) throws PluginException {
        return injection.call(Operation.STAT, key.value(), () -> good.stat(key, context));
    }

    @Override
    public List<ObjectStat> list(String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        Optional<Fault> fault = injection.plan().next(Operation.LIST, prefix);
        return injection.apply(fault, Operation.LIST, prefix, () -> {
            if (fault.orElse(null) instanceof Fault.ListsStale stale) {
                return staleList(stale.operations(), prefix, after, limit, context);
            }
            return good.list(prefix, after, limit, context);
        });
    }

    /** The list as it was before the latest changes, newest first taken back. */
    private List<ObjectStat> staleList(
            int operations, String prefix, @Nullable ObjectKey after, int limit, TransferContext context)
            throws PluginException {
        NavigableMap<ObjectKey, ObjectStat> seen = new TreeMap<>();
        ObjectKey from = after;
        List<ObjectStat> page;
        do {
            page = good.list(prefix, from, MAX_PAGE, context);
            page.forEach(stat -> seen.put(stat.key(), stat));
            from = page.isEmpty() ? from : page.get(page.size() - 1).key();
        } while (page.size() == MAX_PAGE);
        synchronized (latest) {
            Iterator<Change> newestFirst = latest.descendingIterator();
            for (int i = 0; i < operations && newestFirst.hasNext(); i++) {
                Change change = newestFirst.next();
                boolean inRange = change.key().value().startsWith(prefix)
                        && (after == null || change.key().compareTo(after) > 0);
                if (change.put()) {
                    seen.remove(change.key());
                } else if (inRange && change.size() >= 0) {
                    seen.put(change.key(), new ObjectStat(change.key(), change.size()));
                }
            }
        }
        return seen.values().stream().limit(limit).toList();
    }

    @Override
    public void delete(ObjectKey key, TransferContext context) throws PluginException {
        Optional<Fault> fault = injection.plan().next(Operation.DELETE, key.value());
        injection.apply(fault, Operation.DELETE, key.value(), () -> {
            if (!(fault.orElse(null) instanceof Fault.LosesWrite)) {
                long size = good.stat(key, context).map(ObjectStat::size).orElse(-1L);
                good.delete(key, context);
                remember(new Change(key, false, size));
            }
            return true;
        });
    }

    private void remember(Change change) {
        synchronized (latest) {
            latest.add(change);
            if (latest.size() > REMEMBERED) {
                latest.remove();
            }
        }
    }

    @Override
    public Capacity capacity(TransferContext context) throws PluginException {
        return injection.call(Operation.CAPACITY, "", () -> good.capacity(context));
    }

    @Override
    public void close() {
        good.close();
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.ParityWriter;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Puts packs as they are sealed, and index segments that name them. */
final class Shipper {

    private static final int PACKS_PER_SEGMENT = 64;

    private final VaultCore core;
    private final BackupId session;
    private final Staging staging;
    private final Known known;
    private final ParityWriter parity;
    private final List<SealedPack> unindexed = new ArrayList<>();
    private int segments;
    private final AtomicLong packs = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean doubtful;
    private long found;
    private final AtomicInteger running = new AtomicInteger();
    private @Nullable Throwable failure;

    Shipper(VaultCore core, BackupId session, Staging staging, Known known) {
        this.core = core;
        this.session = session;
        this.staging = staging;
        this.known = known;
        this.parity = new ParityWriter(core);
    }

    /** A pack of an earlier session that is on the destination and in no segment. */
    synchronized void adopted(SealedPack pack) {
        found++;
        unindexed.add(pack);
    }

    /**
     * Whether a segment may still arrive that nobody has seen arrive: its put was not answered with success, or a thread may be
     * about to put one. A pack that arrives late does no harm, since nothing names it.
     */
    boolean doubtful() {
        return doubtful || running.get() > 0;
    }

    /**
     * What has arrived.
     *
     * @param packs that were put
     * @param bytes their size
     * @param found packs that an earlier session had put
     */
    record Sent(long packs, long bytes, long found) {
        /** Nothing. */
        static final Sent NOTHING = new Sent(0, 0, 0);
    }

    synchronized Sent sent() {
        return new Sent(packs.get(), bytes.get(), found);
    }

    /** Ships until the export is complete and everything has arrived. */
    void run(Staging.Guard guard, Progress progress, TransferContext context) throws PluginException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < core.runtime().transfers(); i++) {
            Thread thread = new Thread(
                    () -> loop(guard, progress, context), "holdfast-vault-store-" + session.session() + "-" + i);
            thread.setDaemon(true);
            running.incrementAndGet();
            thread.start();
            threads.add(thread);
        }
        running.incrementAndGet();
        loop(guard, progress, context);
        join(threads);
        rethrow();
        flush(context);
    }

    private static void join(List<Thread> threads) throws PluginException {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
            }
        }
    }

    private void loop(Staging.Guard guard, Progress progress, TransferContext context) {
        try {
            while (true) {
                SealedPack pack = staging.next(() -> {
                    rethrow();
                    guard.check();
                    context.cancellation().throwIfCancelled();
                });
                if (pack == null) {
                    return;
                }
                ship(pack, context);
                progress.done(pack.size(), 0);
            }
        } catch (Throwable e) {
            synchronized (this) {
                if (failure == null) {
                    failure = e;
                }
            }
        } finally {
            running.decrementAndGet();
        }
    }

    private synchronized void rethrow() throws PluginException {
        if (failure instanceof PluginException known2) {
            throw known2;
        }
        if (failure != null) {
            throw new PluginException(ErrorKind.INTERNAL, "Packs could not be shipped: " + failure, failure);
        }
    }

    private void ship(SealedPack pack, TransferContext context) throws PluginException {
        ObjectKey key = ObjectNames.pack(pack.id());
        Path file = staging.file(pack.id());
        Optional<byte[]> computed = parity.compute(pack.id(), pack.size(), file);
        Content content = Content.of(file, pack.size(), pack.id().toBytes(), true);
        try {
            core.objects().destination().put(key, content, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.ALREADY_EXISTS && e.kind() != ErrorKind.TIMEOUT || !arrived(pack, context)) {
                throw e;
            }
        }
        parity.put(pack.id(), computed, context);
        staging.shipped(pack);
        packs.incrementAndGet();
        bytes.addAndGet(pack.size());
        boolean full;
        synchronized (this) {
            unindexed.add(pack);
            full = unindexed.size() >= PACKS_PER_SEGMENT;
        }
        if (full) {
            flush(context);
        }
    }

    /** Whether a pack is on the destination with its full length; its name vouches for the rest. */
    boolean arrived(SealedPack pack, TransferContext context) throws PluginException {
        Optional<ObjectStat> stat = core.objects().destination().stat(ObjectNames.pack(pack.id()), context);
        return stat.isPresent() && stat.get().size() == pack.size();
    }

    private synchronized void flush(TransferContext context) throws PluginException {
        while (!unindexed.isEmpty()) {
            SegmentWriter writer = new SegmentWriter();
            List<SealedPack> packs = new ArrayList<>();
            for (SealedPack pack : unindexed) {
                if (packs.isEmpty() || writer.size() + pack.entries().size() <= Segment.MAX_ENTRIES) {
                    writer.add(pack);
                    packs.add(pack);
                }
            }
            ObjectKey key = ObjectNames.sessionSegment(session, segments++);
            byte[] bytes = writer.encode(core.keys(), 0, key.value());
            doubtful = true;
            if (!core.objects().putExclusive(key, bytes, context)) {
                throw new PluginException(ErrorKind.CONFLICT, key + " was written by somebody else; start again.");
            }
            doubtful = false;
            known.flushed(core.index().adopt(key, bytes), packs);
            staging.indexed(packs);
            unindexed.removeAll(packs);
        }
    }
}

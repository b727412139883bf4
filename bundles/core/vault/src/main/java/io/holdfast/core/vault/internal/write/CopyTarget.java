package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Segment;
import io.holdfast.core.vault.internal.index.SegmentWriter;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.parity.ParityWriter;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Where copied packs arrive: they are put, and named by index segments of the copying session. Safe for use from any thread. */
final class CopyTarget {

    private static final int PACKS_PER_SEGMENT = 64;

    private final VaultCore core;
    private final BackupId session;
    private final Known known;
    private final Set<Id> distrusted;
    private final TransferContext context;
    private final List<SealedPack> unindexed = new ArrayList<>();
    private final ParityWriter parity;
    private final AtomicLong packs = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong found = new AtomicLong();
    private final AtomicInteger busy = new AtomicInteger();
    private int segments;
    /** Read while a flush is under way, which may take long. */
    private volatile boolean doubtful;

    private volatile boolean closed;

    CopyTarget(VaultCore core, BackupId session, Known known, Set<Id> distrusted, TransferContext context) {
        this.core = core;
        this.parity = new ParityWriter(core);
        this.session = session;
        this.known = known;
        this.distrusted = distrusted;
        this.context = context;
    }

    /** Whether something need not be copied. */
    boolean has(Id id) throws PluginException {
        return known.has(id);
    }

    /** Whether nothing may be put under that name: a collection may be about to delete it, or it is recorded as lost. */
    boolean distrusts(Id pack) {
        return distrusted.contains(pack);
    }

    /** Whether an earlier try has brought a pack: it is on the destination with its full length, and its name vouches for the rest. */
    boolean arrived(Id pack, long size) throws PluginException {
        Optional<ObjectStat> stat = core.objects().destination().stat(ObjectNames.pack(pack), context);
        return stat.isPresent() && stat.get().size() == size;
    }

    /** A pack of an earlier try. */
    void adopt(SealedPack pack) throws PluginException {
        found.incrementAndGet();
        add(pack);
    }

    /** Puts a pack that is in a file, which is consumed. */
    void put(SealedPack pack, Path file) throws PluginException {
        Optional<byte[]> computed = parity.compute(pack.id(), pack.size(), file);
        Content content = Content.of(file, pack.size(), pack.id().toBytes(), true);
        try {
            core.objects().destination().put(ObjectNames.pack(pack.id()), content, context);
        } catch (PluginException e) {
            boolean unknown = e.kind() == ErrorKind.ALREADY_EXISTS || e.kind() == ErrorKind.TIMEOUT;
            if (!unknown || !arrived(pack.id(), pack.size())) {
                throw e;
            }
        }
        parity.put(pack.id(), computed, context);
        packs.incrementAndGet();
        bytes.addAndGet(pack.size());
        add(pack);
    }

    private synchronized void add(SealedPack pack) throws PluginException {
        known.add(pack);
        unindexed.add(pack);
        if (unindexed.size() >= PACKS_PER_SEGMENT) {
            flush();
        }
    }

    /** Puts the segments that name what has arrived. */
    synchronized void flush() throws PluginException {
        while (!unindexed.isEmpty()) {
            SegmentWriter writer = new SegmentWriter();
            List<SealedPack> named = new ArrayList<>();
            for (SealedPack pack : unindexed) {
                if (named.isEmpty() || writer.size() + pack.entries().size() <= Segment.MAX_ENTRIES) {
                    writer.add(pack);
                    named.add(pack);
                }
            }
            ObjectKey key = ObjectNames.sessionSegment(session, segments++);
            byte[] encoded = writer.encode(core.keys(), 0, key.value());
            doubtful = true; // before the question whether it is closed: who closes asks for these in the other order
            refuseIfClosed();
            if (!core.objects().putExclusive(key, encoded, context)) {
                throw new PluginException(ErrorKind.CONFLICT, key + " was written by somebody else; copy again.");
            }
            doubtful = false;
            known.flushed(core.index().adopt(key, encoded), named);
            unindexed.removeAll(named);
        }
    }

    private void refuseIfClosed() throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.CANCELLED, "The copy has ended.");
        }
    }

    /** Something to be done by a thread of the copy, which may outlive it. */
    interface Work {
        void run() throws PluginException;
    }

    /** Does something, so that it is known when it has ended. */
    void during(Work work) throws PluginException {
        busy.incrementAndGet();
        try {
            refuseIfClosed();
            work.run();
        } finally {
            busy.decrementAndGet();
        }
    }

    /**
     * No segment is begun from now on. Does not wait for what is under way.
     *
     * @return whether something may still arrive that nobody has seen arrive
     */
    boolean close() {
        closed = true;
        return doubtful || busy.get() > 0;
    }

    /** Packs that were put. */
    long packs() {
        return packs.get();
    }

    /** Their size. */
    long bytes() {
        return bytes.get();
    }

    /** Packs of an earlier try. */
    long found() {
        return found.get();
    }
}

package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings many pieces to their places: gathers what is wanted, sorts it by pack and offset, reads neighbours in one go, and
 * writes out of order with several threads. Used by one thread.
 */
final class Fetch implements AutoCloseable {

    private static final int BATCH_PIECES = 4096;
    private static final long BATCH_BYTES = 64L << 20;
    private static final int MAX_RANGE = 8 << 20;
    private static final int MAX_GAP = 64 << 10;

    /** Gets content; called by any thread. */
    interface Sink {
        /** Bytes of a piece. */
        void write(byte[] bytes, int offset, int length) throws PluginException;

        /** The piece could not be read; the sink decides whether that ends everything by throwing. */
        void lost(PluginException e) throws PluginException;
    }

    private record Wanted(Piece piece, Sink sink) {}

    private record Part(Id id, Location location, List<Wanted> wanted) {}

    private final ChunkReader chunks;
    private final TransferContext context;
    private final Map<Id, List<Wanted>> batch = new LinkedHashMap<>();
    private final Threads threads;
    private final Semaphore inFlight;
    private int pieces;
    private long bytes;

    Fetch(ChunkReader chunks, int workers, String name, TransferContext context) {
        this.chunks = chunks;
        this.context = context;
        this.threads = new Threads(workers, name);
        this.inFlight = new Semaphore(2 * workers + 2);
    }

    /** Wants a piece of a chunk. */
    void want(Piece piece, Sink sink) throws PluginException {
        List<Wanted> same = batch.computeIfAbsent(piece.target(), id -> new ArrayList<>(1));
        if (same.isEmpty()) {
            bytes += piece.whole();
        }
        same.add(new Wanted(piece, sink));
        pieces++;
        if (pieces >= BATCH_PIECES || bytes >= BATCH_BYTES) {
            flush();
        }
    }

    /** Starts everything that was wanted so far. */
    void flush() throws PluginException {
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<Id, List<Wanted>> entry : batch.entrySet()) {
            List<Location> found = chunks.locate(entry.getKey());
            if (found.isEmpty()) {
                lost(
                        entry.getValue(),
                        new PluginException(
                                ErrorKind.NOT_FOUND,
                                "Chunk " + entry.getKey() + " is in no pack that the index knows."));
            } else {
                parts.add(new Part(entry.getKey(), found.get(0), entry.getValue()));
            }
        }
        batch.clear();
        pieces = 0;
        bytes = 0;
        parts.sort(Comparator.comparing((Part p) -> p.location().pack())
                .thenComparingInt(p -> p.location().offset()));
        List<Part> range = new ArrayList<>();
        for (Part part : parts) {
            if (!range.isEmpty() && !joins(range, part)) {
                submit(range);
                range = new ArrayList<>();
            }
            range.add(part);
        }
        if (!range.isEmpty()) {
            submit(range);
        }
    }

    private static boolean joins(List<Part> range, Part next) {
        Location first = range.get(0).location();
        Location last = range.get(range.size() - 1).location();
        Location location = next.location();
        return location.pack().equals(first.pack())
                && location.offset() - (last.offset() + last.length()) <= MAX_GAP
                && location.offset() + location.length() - first.offset() <= MAX_RANGE;
    }

    private void submit(List<Part> range) throws PluginException {
        acquire();
        threads.run(() -> {
            try {
                fetch(range);
            } finally {
                inFlight.release();
            }
        });
    }

    private void acquire() throws PluginException {
        try {
            while (!inFlight.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                threads.check();
                context.cancellation().throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
        }
        threads.check();
        context.cancellation().throwIfCancelled();
    }

    private void fetch(List<Part> range) throws PluginException {
        context.cancellation().throwIfCancelled();
        Location first = range.get(0).location();
        Location last = range.get(range.size() - 1).location();
        byte @Nullable [] raw;
        try {
            raw = chunks.packs()
                    .range(first.pack(), first.offset(), last.offset() + last.length() - first.offset(), context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            raw = null;
        }
        for (Part part : range) {
            context.cancellation().throwIfCancelled();
            deliver(part, raw, first.offset());
        }
    }

    private void deliver(Part part, byte @Nullable [] raw, int rangeStart) throws PluginException {
        byte[] content;
        try {
            content = open(part, raw, rangeStart);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            lost(part.wanted(), e);
            return;
        }
        for (Wanted wanted : part.wanted()) {
            if (content.length == wanted.piece().whole()) {
                wanted.sink().write(content, (int) wanted.piece().offset(), (int)
                        wanted.piece().length());
            } else {
                wanted.sink().lost(Decoder.damaged("Chunk " + part.id(), "it has another length"));
            }
        }
    }

    private byte[] open(Part part, byte @Nullable [] raw, int rangeStart) throws PluginException {
        if (raw != null) {
            try {
                int offset = part.location().offset() - rangeStart;
                return chunks.open(PackFormat.CHUNK, part.id(), part.location(), raw, offset, context);
            } catch (PluginException e) {
                // not found: the pack has gone between this read and that of its key
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        // Perhaps another pack has a good copy; this also names what is wrong.
        return chunks.payload(PackFormat.CHUNK, part.id(), context);
    }

    private static void lost(List<Wanted> wanted, PluginException e) throws PluginException {
        for (Wanted each : wanted) {
            each.sink().lost(e);
        }
    }

    /** Throws what went wrong so far. */
    void check() throws PluginException {
        threads.check();
        context.cancellation().throwIfCancelled();
    }

    /** Waits until everything is where it belongs. */
    void finish() throws PluginException {
        flush();
        threads.await(context.cancellation());
    }

    @Override
    public void close() {
        threads.close();
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.read.LayerMap;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Exports a disk in chunks of one size. What the source calls unchanged is left to the layers of the backup before, or, when
 * these are merged, taken from their map. For one thread.
 */
final class DiskExport implements AutoCloseable {

    private static final int RUN_BYTES = 4 << 20;

    private final Export export;
    private final DiskSource source;
    private final byte[] nameHash;
    private final int chunk;
    private final long size;
    private final @Nullable Base base;
    private final TreeMap<Long, DiskWindow> windows = new TreeMap<>();
    private boolean gaps;
    private @Nullable RandomReadable disk;
    private @Nullable ExtentCursor cursor;
    private @Nullable DiskWindow window;
    private long at;
    private long windowStart;
    private long windowEnd;
    private long runStart;
    private List<long[]> reads = List.of();

    /**
     * Positions that lie together and are read at once.
     *
     * @param first its first position in the window
     * @param start offset of that on the disk
     * @param reads offsets and lengths of what must be read; the rest is zeroes
     */
    private record Run(DiskWindow window, int first, long start, int length, List<long[]> reads) {}

    /** What unchanged ranges are taken from. */
    private record Base(Manifest.SourceRefs refs, LayerMap map, boolean merge, boolean doubtful) {}

    DiskExport(Export export, DiskSource source, byte[] nameHash) throws PluginException {
        this.export = export;
        this.source = source;
        this.nameHash = nameHash;
        this.chunk = export.options.diskChunkBytes();
        this.size = source.size();
        this.base = base();
    }

    private @Nullable Base base() throws PluginException {
        Optional<Manifest.SourceRefs> found = export.previous.source(nameHash, SourceInfo.Shape.DISK);
        if (found.isEmpty()
                || found.get().size() != size
                || found.get().chunkSize() != chunk
                || !export.previous.whole(found.get(), false)) {
            return null;
        }
        boolean merge = found.get().layers().size() >= Manifest.DISK_LAYERS;
        return new Base(found.get(), export.previous.map(found.get()), merge, export.previous.doubtful());
    }

    /** Opens the disk, which is then read by {@link #advance} and closed by {@link #close}. */
    void open() throws PluginException {
        export.counters.files.increment();
        export.counters.filesRead.increment();
        export.counters.logicalBytes.add(size);
        disk = source.open();
        cursor = new ExtentCursor(disk, size);
    }

    /**
     * Goes on to the next range that must be read and hands it to the workers.
     *
     * @return false when the end was reached: everything is with the workers, whom the caller waits for
     */
    boolean advance() throws PluginException {
        while (at < size) {
            if (window == null) {
                beginWindow();
            }
            if (position()) {
                return true;
            }
        }
        return false;
    }

    private void beginWindow() {
        windowStart = at;
        windowEnd = Math.min(size, at + (long) chunk * PieceSlots.WINDOW);
        window = new DiskWindow(export.store, (int) ((windowEnd - at + chunk - 1) / chunk));
        beginRun();
    }

    private void beginRun() {
        runStart = at;
        reads = new ArrayList<>();
    }

    /** Takes one position of the window; true if something was handed to the workers. */
    private boolean position() throws PluginException {
        DiskWindow current = Objects.requireNonNull(window);
        int length = (int) Math.min(chunk, windowEnd - at);
        List<long[]> parts = new ArrayList<>(1);
        Piece known = known(Objects.requireNonNull(cursor), at, length, parts);
        boolean submitted = false;
        if (known != null) {
            submitted = submit(current);
            current.set((int) ((at - windowStart) / chunk), known, export.pool.own());
            export.progress.done(length, 0);
            at += length;
            beginRun();
        } else {
            reads.addAll(parts);
            at += length;
            if (at - runStart >= RUN_BYTES) {
                submitted = submit(current);
                beginRun();
            }
        }
        if (at == windowEnd) {
            submitted |= submit(current);
            if (!current.onlyGaps()) {
                windows.put(windowStart, current);
            }
            window = null;
        }
        return submitted;
    }

    /** What was exported, once the workers have done it all. */
    Exported finish() {
        List<Manifest.BlockRef> layer = new ArrayList<>();
        windows.forEach((start, window) -> {
            Piece map = window.map();
            layer.add(new Manifest.BlockRef(map.target(), start, start + map.length()));
        });
        List<List<Manifest.BlockRef>> layers = new ArrayList<>();
        Base before = base;
        if (gaps && before != null) {
            layers.addAll(before.refs().layers());
        }
        if (!layer.isEmpty() || layers.isEmpty()) {
            layers.add(layer);
        }
        return new Exported(
                source.name(),
                new Manifest.SourceRefs(nameHash, SourceInfo.Shape.DISK, false, chunk, size, layers),
                List.of());
    }

    @Override
    public void close() throws PluginException {
        if (disk != null) {
            disk.close();
        }
    }

    /** What a chunk is without reading it; null if it must be read, then with what parts. */
    private @Nullable Piece known(ExtentCursor cursor, long from, int length, List<long[]> parts)
            throws PluginException {
        int zero = 0;
        int unchanged = 0;
        for (long at = from; at < from + length; ) {
            Extent extent = cursor.at(at);
            int n = (int) (Math.min(extent.end(), from + length) - at);
            switch (extent.state()) {
                case ZERO -> zero += n;
                case UNCHANGED -> {
                    unchanged += n;
                    parts.add(new long[] {at, n});
                }
                case DATA -> parts.add(new long[] {at, n});
            }
            at += n;
        }
        if (zero == length) {
            return Piece.zero(length);
        }
        return unchanged == length ? unchanged(from, length) : null;
    }

    private @Nullable Piece unchanged(long from, int length) throws PluginException {
        Base before = base;
        if (before == null) {
            return null;
        }
        if (before.merge() || before.doubtful()) {
            LayerMap.Stretch stretch = before.map().at(from, export.previous.context());
            Piece piece = stretch.end() < from + length ? null : stretch.piece().slice(0, length);
            if (piece == null || !export.store.has(piece)) {
                return null;
            }
            if (before.merge()) {
                return piece.id() == null ? Piece.zero(length) : piece;
            }
        }
        gaps = true;
        return Piece.gap(length);
    }

    /** Hands the positions of the run to the workers; false if there are none. */
    private boolean submit(DiskWindow current) throws PluginException {
        if (at == runStart) {
            return false;
        }
        Run run = new Run(current, (int) ((runStart - windowStart) / chunk), runStart, (int) (at - runStart), reads);
        RandomReadable from = Objects.requireNonNull(disk);
        export.pool.file(worker -> read(from, run, worker));
        beginRun();
        return true;
    }

    private void read(RandomReadable from, Run run, Worker worker) throws PluginException {
        byte[] buffer = export.buffers.take();
        if (run.reads().stream().mapToLong(r -> r[1]).sum() < run.length()) {
            java.util.Arrays.fill(buffer, 0, run.length(), (byte) 0);
        }
        for (long[] part : run.reads()) {
            export.pool.check();
            fill(from, part[0], buffer, (int) (part[0] - run.start()), (int) part[1]);
        }
        export.progress.done(run.length(), 0);
        int position = run.first();
        for (int offset = 0; offset < run.length(); offset += chunk) {
            int length = Math.min(chunk, run.length() - offset);
            run.window().set(position++, export.store.chunk(worker, buffer, offset, length), worker);
        }
        export.buffers.give(buffer);
    }

    private void fill(RandomReadable from, long at, byte[] buffer, int offset, int length) throws PluginException {
        int done = 0;
        while (done < length) {
            int n = from.read(at + done, java.nio.ByteBuffer.wrap(buffer, offset + done, length - done));
            if (n < 0) {
                throw new PluginException(
                        ErrorKind.UNAVAILABLE, "The disk " + source.name() + " ended early at " + (at + done) + ".");
            }
            done += n;
        }
        export.counters.readBytes.add(length);
    }
}

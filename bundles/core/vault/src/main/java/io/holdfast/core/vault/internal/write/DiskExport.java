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
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Exports a disk in chunks of one size. What the source calls unchanged is left to the layers of the backup before, or, when
 * these are merged, taken from their map. For one thread.
 */
final class DiskExport {

    private static final int RUN_BYTES = 4 << 20;

    private final Export export;
    private final DiskSource source;
    private final byte[] nameHash;
    private final int chunk;
    private final long size;
    private final @Nullable Base base;
    private final TreeMap<Long, DiskWindow> windows = new TreeMap<>();
    private boolean gaps;

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

    Exported run() throws PluginException {
        export.counters.files.increment();
        export.counters.filesRead.increment();
        export.counters.logicalBytes.add(size);
        try (RandomReadable disk = source.open()) {
            ExtentCursor cursor = new ExtentCursor(disk, size);
            long span = (long) chunk * PieceSlots.WINDOW;
            for (long start = 0; start < size; start += span) {
                window(disk, cursor, start, Math.min(size, start + span));
            }
            export.pool.drain();
        }
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

    private void window(RandomReadable disk, ExtentCursor cursor, long start, long end) throws PluginException {
        int count = (int) ((end - start + chunk - 1) / chunk);
        DiskWindow window = new DiskWindow(export.store, count);
        List<long[]> reads = new ArrayList<>();
        int runFrom = 0;
        long runStart = start;
        for (int i = 0; i < count; i++) {
            long from = start + (long) i * chunk;
            int length = (int) Math.min(chunk, end - from);
            List<long[]> parts = new ArrayList<>(1);
            Piece known = known(cursor, from, length, parts);
            if (known != null) {
                submit(disk, window, runFrom, i, runStart, reads);
                reads = new ArrayList<>();
                window.set(i, known, export.pool.own());
                export.progress.done(length, 0);
                runFrom = i + 1;
                runStart = from + length;
            } else {
                parts.forEach(reads::add);
                if (from + length - runStart >= RUN_BYTES) {
                    submit(disk, window, runFrom, i + 1, runStart, reads);
                    reads = new ArrayList<>();
                    runFrom = i + 1;
                    runStart = from + length;
                }
            }
        }
        submit(disk, window, runFrom, count, runStart, reads);
        if (!window.onlyGaps()) {
            windows.put(start, window);
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

    private void submit(RandomReadable disk, DiskWindow window, int first, int after, long start, List<long[]> reads)
            throws PluginException {
        if (after > first) {
            export.pool.file(worker -> read(disk, window, first, after, start, reads, worker));
        }
    }

    private void read(
            RandomReadable disk, DiskWindow window, int first, int after, long start, List<long[]> reads, Worker worker)
            throws PluginException {
        int total = (int) Math.min((long) (after - first) * chunk, size - start);
        byte[] buffer = export.buffers.take(total);
        if (reads.stream().mapToLong(r -> r[1]).sum() < total) {
            java.util.Arrays.fill(buffer, 0, total, (byte) 0);
        }
        for (long[] part : reads) {
            export.pool.check();
            fill(disk, part[0], buffer, (int) (part[0] - start), (int) part[1]);
        }
        export.progress.done(total, 0);
        for (int i = first; i < after; i++) {
            int offset = (i - first) * chunk;
            window.set(i, export.store.chunk(worker, buffer, offset, Math.min(chunk, total - offset)), worker);
        }
        export.buffers.give(buffer);
    }

    private void fill(RandomReadable disk, long at, byte[] buffer, int offset, int length) throws PluginException {
        int done = 0;
        while (done < length) {
            int n = disk.read(at + done, java.nio.ByteBuffer.wrap(buffer, offset + done, length - done));
            if (n < 0) {
                throw new PluginException(
                        ErrorKind.UNAVAILABLE, "The disk " + source.name() + " ended early at " + (at + done) + ".");
            }
            done += n;
        }
        export.counters.readBytes.add(length);
    }
}

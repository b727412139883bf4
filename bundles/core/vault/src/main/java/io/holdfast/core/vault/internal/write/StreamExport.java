package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Exports bytes in order: streams and metadata documents. For one thread. */
final class StreamExport {

    private final Export export;
    private final String name;
    private final byte[] nameHash;
    private final boolean document;
    private final List<Piece> maps = new ArrayList<>();

    StreamExport(Export export, String name, byte[] nameHash, boolean document) {
        this.export = export;
        this.name = name;
        this.nameHash = nameHash;
        this.document = document;
    }

    /** Reads the stream to its end and closes it. */
    Exported run(InputStream stream) throws PluginException {
        long[] length = new long[1];
        PieceSlots slots = new PieceSlots(export.store, true, (pieces, worker) -> {
            synchronized (maps) {
                maps.addAll(pieces);
            }
        });
        try (InputStream in = stream) {
            new Cutter(export)
                    .cut((target, offset, max) -> read(in, target, offset, max, length), slots, export.pool.own());
        } catch (IOException e) {
            throw failed(e);
        }
        slots.finish(export.pool.own());
        export.pool.drain();
        export.counters.logicalBytes.add(length[0]);
        if (!document) {
            export.counters.files.increment();
            export.counters.filesRead.increment();
        }
        return new Exported(name, refs(length[0]), List.of());
    }

    private int read(InputStream in, byte[] target, int offset, int max, long[] length) throws PluginException {
        try {
            int n = in.read(target, offset, max);
            if (n > 0) {
                length[0] += n;
                export.progress.done(n, 0);
            }
            return n;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private PluginException failed(IOException e) {
        if (e.getCause() instanceof PluginException cause) {
            return cause;
        }
        return new PluginException(
                ErrorKind.UNAVAILABLE, "The stream " + name + " could not be read to its end: " + e.getMessage(), e);
    }

    private Manifest.SourceRefs refs(long size) {
        List<Manifest.BlockRef> blocks = new ArrayList<>();
        long at = 0;
        synchronized (maps) {
            for (Piece map : maps) {
                blocks.add(new Manifest.BlockRef(map.target(), at, at + map.length()));
                at += map.length();
            }
        }
        return new Manifest.SourceRefs(nameHash, SourceInfo.Shape.STREAM, document, 0, size, List.of(blocks));
    }
}

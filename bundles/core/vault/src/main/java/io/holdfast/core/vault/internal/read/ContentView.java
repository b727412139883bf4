package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Random access to a disk, stream or file of a backup. Safe for use from any thread. */
final class ContentView implements RandomReadable {

    private static final int EXTENTS = 1024;

    private final Mapping mapping;
    private final long size;
    private final ChunkReader chunks;
    private final TransferContext context;

    ContentView(Mapping mapping, long size, ChunkReader chunks, TransferContext context) {
        this.mapping = mapping;
        this.size = size;
        this.chunks = chunks;
        this.context = context;
    }

    @Override
    public long size() {
        return size;
    }

    private LayerMap.Stretch at(long offset) throws PluginException {
        synchronized (mapping) {
            return mapping.at(offset, context);
        }
    }

    @Override
    public List<Extent> extents(long offset, long length) throws PluginException {
        List<Extent> extents = new ArrayList<>();
        long at = offset;
        while (at < offset + length && extents.size() < EXTENTS) {
            LayerMap.Stretch stretch = at(at);
            Extent.State state = stretch.piece().id() == null ? Extent.State.ZERO : Extent.State.DATA;
            long end = Math.min(stretch.end(), offset + length);
            Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
            if (last != null && last.state() == state) {
                extents.set(extents.size() - 1, new Extent(last.offset(), end - last.offset(), state));
            } else {
                extents.add(new Extent(at, end - at, state));
            }
            at = end;
        }
        return extents;
    }

    @Override
    public int read(long offset, ByteBuffer target) throws PluginException {
        if (offset >= size) {
            return -1;
        }
        int done = 0;
        while (target.hasRemaining() && offset + done < size) {
            context.cancellation().throwIfCancelled();
            LayerMap.Stretch stretch = at(offset + done);
            int n = (int) Math.min(Math.min(target.remaining(), stretch.piece().length()), size - offset - done);
            if (stretch.piece().id() == null) {
                target.put(new byte[n]);
            } else {
                byte[] chunk = chunks.cached(stretch.piece().target(), context);
                target.put(chunk, from(stretch.piece(), chunk), n);
            }
            done += n;
        }
        return done;
    }

    /** Where a piece begins in its chunk, which must be long enough. */
    static int from(Piece piece, byte[] chunk) throws PluginException {
        if (chunk.length != piece.whole()) {
            throw Decoder.damaged("Chunk " + piece.target(), "it has another length than the listing says");
        }
        return (int) piece.offset();
    }

    @Override
    public void close() {}
}

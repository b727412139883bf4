package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.List;
import java.util.Map;

/**
 * Where the bytes of a disk, stream or large file are: map blocks in layers, of which the newest that has something
 * counts. Holds a handful of blocks. For one thread at a time.
 */
public final class LayerMap {

    private static final int CACHED = 48;

    private final BlockReader blocks;
    private final List<List<BlockRef>> layers;
    private final Map<Id, Decoded> cache = PackReader.lru(CACHED);

    /**
     * A stretch of bytes at a place.
     *
     * @param start where it begins
     * @param piece what it is, cut to what counts there
     */
    public record Stretch(long start, Piece piece) {

        /** The byte after it. */
        public long end() {
            return start + piece.length();
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Decoded(long[] starts, List<Piece> pieces) {}

    /** A map of these layers, oldest first. */
    public LayerMap(BlockReader blocks, List<List<BlockRef>> layers) {
        this.blocks = blocks;
        this.layers = layers;
    }

    /** The stretch from an offset on, as far as one piece of one layer goes. */
    public Stretch at(long offset, TransferContext context) throws PluginException {
        Stretch stretch = above(0, offset, context);
        if (stretch.piece().kind() == Piece.Kind.GAP) {
            throw Decoder.damaged("A map of blocks", "it has nothing at offset " + offset);
        }
        return stretch;
    }

    /** The same without the lowest layers; a gap, as far as it goes, where the others have nothing. */
    Stretch above(int lowest, long offset, TransferContext context) throws PluginException {
        long limit = Long.MAX_VALUE;
        for (int i = layers.size() - 1; i >= lowest; i--) {
            List<BlockRef> layer = layers.get(i);
            int number = floor(layer, offset);
            if (number < 0 || layer.get(number).end() <= offset) {
                if (number + 1 < layer.size()) {
                    limit = Math.min(limit, layer.get(number + 1).start());
                }
                continue;
            }
            BlockRef block = layer.get(number);
            Stretch found = within(block, offset, context);
            if (found.piece().kind() != Piece.Kind.GAP) {
                long end = Math.min(limit, found.end());
                return end == found.end()
                        ? found
                        : new Stretch(offset, found.piece().slice(0, end - offset));
            }
            limit = Math.min(limit, found.end());
        }
        return new Stretch(offset, Piece.gap(limit - offset));
    }

    private static int floor(List<BlockRef> layer, long offset) {
        int low = 0;
        int high = layer.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (layer.get(middle).start() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private Stretch within(BlockRef block, long offset, TransferContext context) throws PluginException {
        Decoded decoded = decoded(block, context);
        long relative = offset - block.start();
        int at = java.util.Arrays.binarySearch(decoded.starts, relative);
        int number = at >= 0 ? at : -at - 2;
        Piece piece = decoded.pieces.get(number);
        long skip = relative - decoded.starts[number];
        return new Stretch(offset, skip == 0 ? piece : piece.slice(skip, piece.length() - skip));
    }

    private Decoded decoded(BlockRef block, TransferContext context) throws PluginException {
        Decoded known = cache.get(block.id());
        if (known == null) {
            List<Piece> pieces = blocks.map(block.id(), context);
            long[] starts = new long[pieces.size()];
            long at = 0;
            for (int i = 0; i < starts.length; i++) {
                starts[i] = at;
                at += pieces.get(i).length();
            }
            known = new Decoded(starts, pieces);
            cache.put(block.id(), known);
        }
        long covered = known.starts.length == 0
                ? 0
                : known.starts[known.starts.length - 1]
                        + known.pieces.get(known.starts.length - 1).length();
        if (covered != block.end() - block.start()) {
            throw Decoder.damaged("Block " + block.id(), "it covers another range");
        }
        return known;
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** 1,024 chunk positions of a disk, which become one map block. */
final class DiskWindow {

    private final ChunkStore store;
    private @Nullable Piece @Nullable [] pieces;
    private int missing;
    private boolean content;
    private @Nullable Piece map;

    DiskWindow(ChunkStore store, int count) {
        this.store = store;
        this.pieces = new @Nullable Piece[count];
        this.missing = count;
    }

    /** A position is known. The one who brings the last writes the block. */
    void set(int position, Piece piece, Worker worker) throws PluginException {
        @Nullable Piece[] all;
        synchronized (this) {
            all = pieces;
            if (all == null) {
                throw new IllegalStateException("position came twice");
            }
            all[position] = piece;
            content |= piece.kind() != Piece.Kind.GAP;
            missing--;
            if (missing > 0) {
                return;
            }
            pieces = null;
        }
        if (content) {
            Piece block = store.map(worker, PieceSlots.merge(Arrays.asList(all)));
            synchronized (this) {
                map = block;
            }
        }
    }

    /** Whether every position is a gap; asked when all work was submitted, so it may be false too often but never wrong. */
    synchronized boolean onlyGaps() {
        return missing == 0 && !content;
    }

    /** The block, once all work is done. */
    synchronized Piece map() {
        if (map == null) {
            throw new IllegalStateException("window is not complete");
        }
        return map;
    }
}

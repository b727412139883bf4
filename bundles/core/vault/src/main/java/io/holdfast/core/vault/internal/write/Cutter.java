package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.chunk.Chunker;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;

/** Cuts bytes in order into chunks and hands them to whoever is free. For one thread. */
final class Cutter {

    private static final int PORTION = 256 << 10;

    /** Gives bytes in order. */
    interface Feed {
        /** At least one byte, or -1 at the end. */
        int read(byte[] target, int offset, int length) throws PluginException;
    }

    private final Export export;
    private final Chunker chunker;

    Cutter(Export export) {
        this.export = export;
        this.chunker = export.chunker();
    }

    /** Cuts everything that the feed has. */
    void cut(Feed feed, PieceSlots slots, Worker worker) throws PluginException {
        byte[] buffer = export.buffers.take(chunker.max());
        int have = 0;
        chunker.reset();
        while (true) {
            export.pool.check();
            int n = feed.read(buffer, have, Math.min(PORTION, chunker.max() - have));
            if (n < 0) {
                break;
            }
            have += n;
            export.counters.readBytes.add(n);
            int end = chunker.find(buffer, 0, have);
            while (end >= 0) {
                emit(buffer, end, slots, worker);
                have -= end;
                System.arraycopy(buffer, end, buffer, 0, have);
                chunker.reset();
                end = chunker.find(buffer, 0, have);
            }
        }
        if (have > 0) {
            emit(buffer, have, slots, worker);
        }
        export.buffers.give(buffer);
    }

    /** A chunk waits in an array of its own size: the largest possible one is four times the average. */
    private void emit(byte[] from, int length, PieceSlots slots, Worker worker) throws PluginException {
        byte[] buffer = export.buffers.take(length);
        System.arraycopy(from, 0, buffer, 0, length);
        int number = slots.next();
        export.pool.chunk(
                w -> {
                    Piece piece = export.store.chunk(w, buffer, 0, length);
                    export.buffers.give(buffer);
                    slots.set(number, piece, w);
                },
                worker);
    }
}

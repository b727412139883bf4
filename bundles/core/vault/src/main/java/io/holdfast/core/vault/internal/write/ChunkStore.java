package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.chunk.Zeroes;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;

/** Recognises, compresses and packs chunks and blocks. Safe for use from any thread with a worker of its own. */
final class ChunkStore {

    private static final byte[] NONE = new byte[0];

    private final KeyRing keys;
    private final Known known;
    private final PackSink packs;
    private final Counters counters;

    ChunkStore(KeyRing keys, Known known, PackSink packs, Counters counters) {
        this.keys = keys;
        this.known = known;
        this.packs = packs;
        this.counters = counters;
    }

    /** Stores content if it is new; zeroes are not stored. */
    Piece chunk(Worker worker, byte[] bytes, int offset, int length) throws PluginException {
        return Zeroes.only(bytes, offset, length) ? Piece.zero(length) : content(worker, bytes, offset, length);
    }

    /** Stores content if it is new, zeroes too: for groups, which are sliced. */
    Piece content(Worker worker, byte[] bytes, int offset, int length) throws PluginException {
        Id id = worker.hasher.chunk(bytes, offset, length);
        counters.chunks.increment();
        if (known.claim(id)) {
            counters.newChunks.increment();
            counters.newBytes.add(length);
            boolean random = worker.randomness.looksRandom(bytes, offset, length);
            int compressed = random ? length : worker.compress(bytes, offset, length);
            if (compressed < length - (length >> 6)) {
                packs.data(PackFormat.ZSTD, id, worker.compressed(), 0, compressed, length);
            } else {
                counters.incompressibleBytes.add(length);
                packs.data(0, id, bytes, offset, length, length);
            }
        }
        return Piece.chunk(id, length);
    }

    /** Stores a map block. */
    Piece map(Worker worker, List<Piece> pieces) throws PluginException {
        byte[] refs = BlockRefs.encode(PackFormat.MAP, List.of(new BlockRefs.Entry(null, false, pieces)));
        long length = 0;
        for (Piece piece : pieces) {
            length += piece.length();
        }
        return Piece.map(block(worker, PackFormat.MAP, refs, NONE, 0), length);
    }

    /** Stores a block. */
    Id block(Worker worker, int type, byte[] refs, byte[] payload, int length) throws PluginException {
        if (refs.length > PackFormat.MAX_REFS - PackFormat.REFS_TAG || length > PackFormat.MAX_PAYLOAD) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "A listing block became too large.");
        }
        Id id = worker.hasher.block(type, refs, refs.length, payload, length);
        if (known.claim(id)) {
            byte[] tagged = new Encoder(refs.length + PackFormat.REFS_TAG)
                    .raw(refs)
                    .raw(keys.refsTag(type, id, refs, 0, refs.length))
                    .toBytes();
            int compressed = length == 0 ? 0 : worker.compress(payload, 0, length);
            if (compressed < length) {
                packs.meta(type, PackFormat.ZSTD, id, tagged, worker.compressed(), compressed, length);
            } else {
                packs.meta(type, 0, id, tagged, payload, length, length);
            }
        }
        return id;
    }

    /** Whether a piece of an earlier backup can be relied on. */
    boolean has(Piece piece) throws PluginException {
        return piece.id() == null || known.has(piece.target());
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;

/** Cuts ordered entries into listing blocks, FORMAT.md section 5.2. For one thread. */
final class ListingBuilder {

    private static final int MIN_ENTRIES = 128;
    private static final int MAX_ENTRIES = 2048;
    private static final int MAX_BYTES = 1 << 20;
    private static final int CUT_MASK = 511;

    private final int type;
    private final ChunkStore store;
    private final Worker worker;
    private final List<BlockRef> blocks = new ArrayList<>();
    private final List<byte[]> firsts = new ArrayList<>();
    private final Encoder payload = new Encoder(1 << 16);
    private final List<BlockRefs.Entry> entries = new ArrayList<>();
    private byte[] before = new byte[0];
    private byte[] first = new byte[0];
    private long count;
    private int refsBytes;

    ListingBuilder(int type, ChunkStore store, Worker worker) {
        this.type = type;
        this.store = store;
        this.worker = worker;
    }

    /** Where the next entry's attributes go. */
    Encoder payload() {
        return payload;
    }

    /** The name of the entry before in the same block; empty for the first. */
    byte[] before() {
        return entries.isEmpty() ? new byte[0] : before;
    }

    /** An entry whose attributes have been written. */
    void added(byte[] name, BlockRefs.Entry entry) throws PluginException {
        if (entries.isEmpty()) {
            first = name;
        }
        before = name;
        entries.add(entry);
        refsBytes += 24 + 38 * entry.pieces().size();
        boolean large = entries.size() >= MAX_ENTRIES || payload.size() + refsBytes >= MAX_BYTES;
        if (large || entries.size() >= MIN_ENTRIES && (worker.hasher.cut(name) & CUT_MASK) == 0) {
            flush();
        }
    }

    private void flush() throws PluginException {
        byte[] refs = BlockRefs.encode(type, entries);
        Id id = store.block(worker, type, refs, payload.array(), payload.size());
        blocks.add(new BlockRef(id, count, count + entries.size()));
        firsts.add(first);
        count += entries.size();
        entries.clear();
        payload.reset();
        refsBytes = 0;
    }

    /** Ends the listing. */
    void finish() throws PluginException {
        if (!entries.isEmpty()) {
            flush();
        }
    }

    List<BlockRef> blocks() {
        return blocks;
    }

    List<byte[]> firsts() {
        return firsts;
    }

    long count() {
        return count;
    }
}

package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.Location;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.EntryReader;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.List;
import java.util.Map;

/** Reads the clear part of blocks, which needs no reader keys. For one thread at a time. */
public final class BlockReader implements AutoCloseable {

    private static final int CACHED = 64;

    private final VaultIndex index;
    private final PackReader packs;
    private final EntryReader entries;
    private final Map<Id, BlockRefs> cache = PackReader.lru(CACHED);

    /** A reader of blocks that this index knows. */
    public BlockReader(KeyRing keys, VaultIndex index, PackReader packs) throws PluginException {
        this.index = index;
        this.packs = packs;
        this.entries = new EntryReader(keys);
    }

    /** What a block refers to, entry by entry. */
    public BlockRefs refs(int type, Id block, TransferContext context) throws PluginException {
        BlockRefs known = cache.get(block);
        if (known == null) {
            known = BlockRefs.decode(type, block, bytes(type, block, context));
            cache.put(block, known);
        }
        return known;
    }

    /** Only the ids and lengths that a block names. */
    public List<BlockRefs.Target> targets(int type, Id block, TransferContext context) throws PluginException {
        return BlockRefs.targets(block, bytes(type, block, context));
    }

    /** The pieces of a map block. */
    public List<Piece> map(Id block, TransferContext context) throws PluginException {
        return refs(io.holdfast.core.vault.internal.pack.PackFormat.MAP, block, context)
                .entries()
                .get(0)
                .pieces();
    }

    private byte[] bytes(int type, Id block, TransferContext context) throws PluginException {
        while (true) {
            int generation = index.generation();
            try {
                return found(type, block, context);
            } catch (PluginException e) {
                if (e.kind() == ErrorKind.NOT_FOUND && index.renewed(generation, block)) {
                    continue;
                }
                if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CORRUPT_DATA) {
                    throw e;
                }
                return mended(type, block, e, context);
            }
        }
    }

    /** The block by way of parity; throws what happened without. */
    private byte[] mended(int type, Id block, PluginException failure, TransferContext context) throws PluginException {
        for (Location location : index.find(block)) {
            if (packs.mend(location.pack(), context)) {
                try {
                    return bytes(type, block, location, context);
                } catch (PluginException e) {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure;
    }

    private byte[] found(int type, Id block, TransferContext context) throws PluginException {
        PluginException first = null;
        for (Location location : index.find(block)) {
            try {
                return bytes(type, block, location, context);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                first = first == null ? e : first;
            }
        }
        throw first != null
                ? first
                : new PluginException(ErrorKind.NOT_FOUND, "Block " + block + " is in no pack that the index knows.");
    }

    private byte[] bytes(int type, Id block, Location location, TransferContext context) throws PluginException {
        byte[] start = packs.near(location.pack(), location.offset(), EntryHeader.LENGTH, context);
        EntryHeader header = EntryHeader.parse(start, 0);
        if (!header.id().equals(block) || header.type() != type) {
            throw io.holdfast.core.vault.internal.codec.Decoder.damaged(
                    "Pack " + location.pack(), "there is something else in the place of block " + block);
        }
        byte[] bytes =
                packs.near(location.pack(), location.offset(), EntryHeader.LENGTH + header.refsLength(), context);
        return entries.refs(header, bytes, 0);
    }

    @Override
    public void close() {
        entries.close();
    }
}

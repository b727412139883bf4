package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an earlier listing has under a signature: a hash table of 24 bytes a slot, in memory while small, in a
 * deleted file while large. For one thread.
 */
final class Signatures {

    private static final int SLOT = 24;
    private static final int IN_MEMORY = 16 << 20;
    private static final int MAX_SLOTS = 1 << 26;

    private final ByteBuffer table;
    private final int mask;
    private final int type;
    private final List<Id> blocks;
    private final @Nullable BlockReader reader;
    private final TransferContext context;

    private Signatures(
            ByteBuffer table, int type, List<Id> blocks, @Nullable BlockReader reader, TransferContext context) {
        this.table = table;
        this.mask = table.limit() / SLOT - 1;
        this.type = type;
        this.blocks = blocks;
        this.reader = reader;
        this.context = context;
    }

    /** Knows nothing. */
    static Signatures none() {
        return new Signatures(
                ByteBuffer.allocate(SLOT),
                0,
                List.of(),
                null,
                io.holdfast.core.vault.internal.store.Contexts.uncancelled());
    }

    /** Reads the clear part of all blocks; those that are lost are left out, so their files are read again. */
    static Signatures read(
            int type,
            Manifest.SourceRefs source,
            BlockReader reader,
            Known known,
            Path directory,
            TransferContext context)
            throws PluginException {
        List<Id> blocks = new ArrayList<>();
        long entries = 0;
        for (List<Manifest.BlockRef> layer : source.layers()) {
            for (Manifest.BlockRef block : layer) {
                if (known.has(block.id())) {
                    blocks.add(block.id());
                    entries += block.end() - block.start();
                }
            }
        }
        long slots = Long.highestOneBit(Math.max(8, Math.min(entries * 2, MAX_SLOTS)) - 1) << 1;
        Signatures table =
                new Signatures(allocate((int) Math.min(slots, MAX_SLOTS), directory), type, blocks, reader, context);
        for (int i = 0; i < blocks.size(); i++) {
            table.add(i);
        }
        return table;
    }

    private static ByteBuffer allocate(int slots, Path directory) throws PluginException {
        long bytes = (long) slots * SLOT;
        if (bytes <= IN_MEMORY) {
            return ByteBuffer.allocate((int) bytes);
        }
        try {
            Path file = Files.createTempFile(directory, "tmp-", "");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
            }
        } catch (IOException e) {
            throw new PluginException(ErrorKind.QUOTA, "The staging directory cannot be used: " + e.getMessage(), e);
        }
    }

    private void add(int block) throws PluginException {
        List<BlockRefs.Entry> entries = refs(block).entries();
        for (int i = 0; i < entries.size(); i++) {
            byte[] signature = entries.get(i).signature();
            if (signature != null) {
                put(ByteBuffer.wrap(signature), block, i);
            }
        }
    }

    private BlockRefs refs(int block) throws PluginException {
        if (reader == null) {
            throw new IllegalStateException("no blocks");
        }
        return reader.refs(type, blocks.get(block), context);
    }

    private void put(ByteBuffer signature, int block, int entry) {
        long high = signature.getLong(0);
        long low = signature.getLong(8);
        int at = (int) high & mask;
        for (int probes = 0; probes < mask; probes++) {
            int slot = at * SLOT;
            boolean free = table.getInt(slot + 16) == 0;
            if (free || table.getLong(slot) == high && table.getLong(slot + 8) == low) {
                table.putLong(slot, high).putLong(slot + 8, low);
                table.putInt(slot + 16, block + 1).putInt(slot + 20, entry);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /** The content that had that signature; null if it is unknown. */
    @Nullable
    List<Piece> find(byte[] signature) throws PluginException {
        ByteBuffer wanted = ByteBuffer.wrap(signature);
        long high = wanted.getLong(0);
        long low = wanted.getLong(8);
        int at = (int) high & mask;
        for (int probes = 0; probes < mask; probes++) {
            int slot = at * SLOT;
            int block = table.getInt(slot + 16);
            if (block == 0) {
                return null;
            }
            if (table.getLong(slot) == high && table.getLong(slot + 8) == low) {
                return refs(block - 1).entries().get(table.getInt(slot + 20)).pieces();
            }
            at = (at + 1) & mask;
        }
        return null;
    }
}

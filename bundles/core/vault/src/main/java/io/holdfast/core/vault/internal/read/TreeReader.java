package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The listing of a tree, read block by block. Safe for use from any thread. */
final class TreeReader {

    private final List<BlockRef> blocks;
    private final List<EntryPath> firsts;
    private final BlockReader refs;
    private final ChunkReader chunks;
    private final Map<BlockRef, List<Row>> cache = PackReader.lru(8);

    /** An entry, whether it changed while it was read, and its content. */
    record Row(TreeEntry entry, boolean changed, List<Piece> pieces) {}

    TreeReader(List<BlockRef> blocks, List<byte[]> firsts, BlockReader refs, ChunkReader chunks)
            throws PluginException {
        this.blocks = blocks;
        this.refs = refs;
        this.chunks = chunks;
        this.firsts = new ArrayList<>(firsts.size());
        for (byte[] first : firsts) {
            try {
                this.firsts.add(EntryPath.of(first));
            } catch (IllegalArgumentException e) {
                throw Decoder.damaged("The manifest", "the first path of a block is invalid");
            }
        }
    }

    int blockCount() {
        return blocks.size();
    }

    /** The block that a path is in, if it is anywhere. */
    int blockOf(EntryPath path) {
        int at = Collections.binarySearch(firsts, path);
        return Math.max(0, at >= 0 ? at : -at - 2);
    }

    /** The entries of a block. */
    List<Row> rows(int number, TransferContext context) throws PluginException {
        BlockRef block = blocks.get(number);
        synchronized (cache) {
            List<Row> known = cache.get(block);
            if (known != null) {
                return known;
            }
        }
        List<Row> rows = read(block, context);
        synchronized (cache) {
            cache.put(block, rows);
        }
        return rows;
    }

    private List<Row> read(BlockRef block, TransferContext context) throws PluginException {
        List<BlockRefs.Entry> entries;
        synchronized (refs) {
            entries = refs.refs(PackFormat.TREE, block.id(), context).entries();
        }
        byte[] payload = chunks.payload(PackFormat.TREE, block.id(), context);
        List<Listing.Listed> listed = Listing.decodeTree(block.id(), payload, entries.size());
        List<Row> rows = new ArrayList<>(listed.size());
        for (int i = 0; i < listed.size(); i++) {
            Listing.Listed one = listed.get(i);
            rows.add(new Row(one.entry(), one.changed(), entries.get(i).pieces()));
        }
        return rows;
    }

    /** One entry. */
    Optional<Row> find(EntryPath path, TransferContext context) throws PluginException {
        if (blocks.isEmpty()) {
            return Optional.empty();
        }
        for (Row row : rows(blockOf(path), context)) {
            if (row.entry().path().equals(path)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /** Entries directly in a directory. Skips over the content of deep subdirectories by the first paths of blocks. */
    List<TreeEntry> children(EntryPath directory, @Nullable EntryPath after, int limit, TransferContext context)
            throws PluginException {
        List<TreeEntry> found = new ArrayList<>();
        EntryPath from = after == null ? directory : after;
        for (int number = blocks.isEmpty() ? blocks.size() : blockOf(from); number < blocks.size(); number++) {
            if (number + 1 < blocks.size() && hidden(directory, from, number)) {
                continue;
            }
            for (Row row : rows(number, context)) {
                EntryPath path = row.entry().path();
                if (path.compareTo(directory) > 0 && !path.startsWith(directory)) {
                    return found;
                }
                if (path.compareTo(from) > 0 && path.parent().equals(Optional.of(directory))) {
                    found.add(row.entry());
                    if (found.size() == limit) {
                        return found;
                    }
                }
            }
        }
        return found;
    }

    /** Whether everything in a block lies below one child of the directory, so that it holds no further child. */
    private boolean hidden(EntryPath directory, EntryPath from, int number) {
        EntryPath first = firsts.get(number);
        EntryPath next = firsts.get(number + 1);
        if (first.compareTo(from) <= 0 || !first.startsWith(directory) || !next.startsWith(directory)) {
            return false;
        }
        EntryPath child = childOf(directory, first);
        return !child.equals(first) && !child.equals(next) && child.equals(childOf(directory, next));
    }

    private static EntryPath childOf(EntryPath directory, EntryPath below) {
        EntryPath path = below;
        while (true) {
            EntryPath parent = path.parent().orElse(EntryPath.ROOT);
            if (parent.equals(directory) || path.isRoot()) {
                return path;
            }
            path = parent;
        }
    }
}

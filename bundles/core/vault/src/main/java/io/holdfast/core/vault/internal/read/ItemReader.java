package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The listing of items in layers: of one id the newest layer counts. Safe for use from any thread. */
final class ItemReader {

    private final List<List<BlockRef>> layers;
    private final BlockReader refs;
    private final ChunkReader chunks;
    private final Map<BlockRef, List<Row>> cache = PackReader.lru(80);

    /** An item and its metadata and content. */
    record Row(Listing.Item item, boolean deleted, List<Piece> pieces) {
        byte[] id() {
            return item.id().getBytes(StandardCharsets.UTF_8);
        }
    }

    ItemReader(List<List<BlockRef>> layers, BlockReader refs, ChunkReader chunks) {
        this.layers = layers;
        this.refs = refs;
        this.chunks = chunks;
    }

    private List<Row> rows(BlockRef block, TransferContext context) throws PluginException {
        synchronized (cache) {
            List<Row> known = cache.get(block);
            if (known != null) {
                return known;
            }
        }
        List<BlockRefs.Entry> entries;
        synchronized (refs) {
            entries = refs.refs(PackFormat.ITEMS, block.id(), context).entries();
        }
        byte[] payload = chunks.payload(PackFormat.ITEMS, block.id(), context);
        List<Listing.Item> items = Listing.decodeItems(block.id(), payload, entries);
        List<Row> rows = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            rows.add(new Row(
                    items.get(i), entries.get(i).deleted(), entries.get(i).pieces()));
        }
        synchronized (cache) {
            cache.put(block, rows);
        }
        return rows;
    }

    /** The items after an id, in order. */
    List<Row> after(@Nullable String id, int limit, TransferContext context) throws PluginException {
        byte[] from = id == null ? new byte[0] : id.getBytes(StandardCharsets.UTF_8);
        List<Cursor> cursors = new ArrayList<>();
        for (List<BlockRef> layer : layers) {
            cursors.add(new Cursor(layer, from, context));
        }
        List<Row> found = new ArrayList<>();
        while (found.size() < limit) {
            Row next = next(cursors, context);
            if (next == null) {
                return found;
            }
            if (!next.deleted()) {
                found.add(next);
            }
        }
        return found;
    }

    /** The row of the smallest id, from the newest layer that has it; moves all layers past it. */
    private static @Nullable Row next(List<Cursor> cursors, TransferContext context) throws PluginException {
        Row least = null;
        for (Cursor cursor : cursors) {
            Row row = cursor.current;
            if (row != null && (least == null || Arrays.compareUnsigned(row.id(), least.id()) <= 0)) {
                least = row;
            }
        }
        if (least != null) {
            for (Cursor cursor : cursors) {
                Row row = cursor.current;
                if (row != null && Arrays.equals(row.id(), least.id())) {
                    cursor.advance(context);
                }
            }
        }
        return least;
    }

    /** One item. */
    Optional<Row> find(String id, TransferContext context) throws PluginException {
        byte[] wanted = id.getBytes(StandardCharsets.UTF_8);
        for (int i = layers.size() - 1; i >= 0; i--) {
            int number = blockOf(layers.get(i), wanted, context);
            if (number < 0) {
                continue;
            }
            for (Row row : rows(layers.get(i).get(number), context)) {
                if (row.item().id().equals(id)) {
                    return row.deleted() ? Optional.empty() : Optional.of(row);
                }
            }
        }
        return Optional.empty();
    }

    private int blockOf(List<BlockRef> layer, byte[] id, TransferContext context) throws PluginException {
        int low = 0;
        int high = layer.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            byte[] first = rows(layer.get(middle), context).get(0).id();
            if (Arrays.compareUnsigned(first, id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** A place in one layer. */
    private final class Cursor {
        private final List<BlockRef> layer;
        private int block;
        private int row;

        @Nullable
        Row current;

        Cursor(List<BlockRef> layer, byte[] from, TransferContext context) throws PluginException {
            this.layer = layer;
            this.block = Math.max(0, blockOf(layer, from, context));
            this.row = -1;
            do {
                advance(context);
            } while (current != null && from.length > 0 && Arrays.compareUnsigned(current.id(), from) <= 0);
        }

        void advance(TransferContext context) throws PluginException {
            row++;
            while (block < layer.size()) {
                List<Row> rows = rows(layer.get(block), context);
                if (row < rows.size()) {
                    current = rows.get(row);
                    return;
                }
                block++;
                row = 0;
            }
            current = null;
        }
    }
}

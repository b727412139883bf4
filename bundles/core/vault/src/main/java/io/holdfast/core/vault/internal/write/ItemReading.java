package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads items: metadata and content of small ones into one chunk, large ones on their own. Safe for use from any thread. */
final class ItemReading {

    private final Export export;
    private final ItemSource source;
    private final Buffers groups = new Buffers(2 * Group.MAX_BYTES);

    private record Part(PendingItem item, int start, int length) {}

    ItemReading(Export export, ItemSource source) {
        this.export = export;
        this.source = source;
    }

    /** Reads items that were listed one after the other. */
    void read(List<PendingItem> items, Worker worker) throws PluginException {
        byte[] buffer = groups.take();
        List<Part> parts = new ArrayList<>();
        int have = 0;
        for (PendingItem item : items) {
            export.pool.check();
            if (have + item.change.metadata().length + export.small() >= buffer.length) {
                store(buffer, have, parts, worker);
                have = 0;
            }
            have += one(item, buffer, have, parts, worker);
            export.progress.done(item.change.attributes().size(), 1);
        }
        store(buffer, have, parts, worker);
        groups.give(buffer);
    }

    private void store(byte[] buffer, int have, List<Part> parts, Worker worker) throws PluginException {
        if (have > 0) {
            Piece whole = export.store.content(worker, buffer, 0, have);
            export.counters.readBytes.add(have);
            for (Part part : parts) {
                part.item()
                        .done(
                                part.length() == 0 ? List.of() : List.of(whole.slice(part.start(), part.length())),
                                part.length() - part.item().change.metadata().length);
            }
        }
        parts.clear();
    }

    private int one(PendingItem item, byte[] buffer, int at, List<Part> parts, Worker worker) throws PluginException {
        byte[] metadata = item.change.metadata();
        InputStream content;
        try {
            content = source.open(item.change);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.PERMISSION) {
                throw e;
            }
            export.problem(source.name(), item.change.path(), e.kind(), String.valueOf(e.getMessage()));
            item.drop();
            return 0;
        }
        try (InputStream in = content) {
            int limit = export.small();
            if (metadata.length < limit) {
                System.arraycopy(metadata, 0, buffer, at, metadata.length);
                int n = in.readNBytes(buffer, at + metadata.length, limit - metadata.length);
                if (metadata.length + n < limit) {
                    parts.add(new Part(item, at, metadata.length + n));
                    return metadata.length + n;
                }
                byte[] start = java.util.Arrays.copyOfRange(buffer, at, at + limit);
                large(item, new SequenceInputStream(new ByteArrayInputStream(start), in), worker);
            } else {
                large(item, new SequenceInputStream(new ByteArrayInputStream(metadata), in), worker);
            }
            return 0;
        } catch (IOException e) {
            throw e.getCause() instanceof PluginException cause
                    ? cause
                    : new PluginException(
                            ErrorKind.UNAVAILABLE, "The item " + item.change.id() + " could not be read.", e);
        }
    }

    private void large(PendingItem item, InputStream in, Worker worker) throws PluginException {
        PieceSlots slots = new PieceSlots(
                export.store,
                false,
                (pieces, w) -> item.done(pieces, PendingFile.length(pieces) - item.change.metadata().length));
        new Cutter(export)
                .cut(
                        (target, offset, length) -> {
                            try {
                                return in.read(target, offset, length);
                            } catch (IOException e) {
                                throw new PluginException(
                                        ErrorKind.UNAVAILABLE,
                                        "The item " + item.change.id() + " could not be read.",
                                        e);
                            }
                        },
                        slots,
                        worker);
        slots.finish(worker);
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemFeed;
import io.holdfast.spi.source.ItemSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Exports items: all of them, or a layer of changes upon the backup before. For one thread. */
final class ItemExport {

    private final Export export;
    private final ItemSource source;
    private final byte[] nameHash;
    private final Optional<Manifest.SourceRefs> before;
    private final Signatures signatures;
    private final ItemReading reading;
    private final Map<byte[], PendingItem> items = new TreeMap<>(Arrays::compareUnsigned);
    private List<PendingItem> group = new ArrayList<>();
    private long groupBytes;

    ItemExport(Export export, ItemSource source, byte[] nameHash) throws PluginException {
        this.export = export;
        this.source = source;
        this.nameHash = nameHash;
        this.before = export.previous.source(nameHash, SourceInfo.Shape.ITEMS);
        this.signatures = export.copying ? Signatures.none() : export.previous.signatures(before);
        this.reading = new ItemReading(export, source);
    }

    Exported run() throws PluginException {
        boolean complete;
        try (ItemFeed feed = source.feed((path, kind, message) -> export.problem(source.name(), path, kind, message))) {
            complete = feed.complete();
            if (!complete) {
                requireBase();
            }
            for (ItemChange item = feed.next(); item != null; item = feed.next()) {
                take(item);
            }
        }
        submit();
        export.pool.drain();
        return list(complete);
    }

    private void requireBase() throws PluginException {
        if (!export.previous.canGrow(before)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "The source " + source.name() + " lists changes only, but there is no backup to add them to;"
                            + " export it without a change token.");
        }
    }

    private void take(ItemChange item) throws PluginException {
        byte[] id = item.id().getBytes(StandardCharsets.UTF_8);
        PendingItem pending = new PendingItem(item, id);
        items.put(id, pending);
        if (item.deleted()) {
            return;
        }
        export.counters.files.increment();
        export.counters.logicalBytes.add(item.attributes().size());
        byte[] version = item.version().getBytes(StandardCharsets.UTF_8);
        byte[] signature = export.pool.own().hasher.signature(id, version);
        pending.signature = signature;
        List<Piece> known = signatures.find(signature);
        if (known != null && PendingFile.length(known) >= item.metadata().length && export.previous.whole(known)) {
            pending.done(known, PendingFile.length(known) - item.metadata().length);
            export.progress.done(item.attributes().size(), 1);
            return;
        }
        export.counters.filesRead.increment();
        group.add(pending);
        groupBytes += item.attributes().size() + item.metadata().length;
        if (groupBytes >= Group.MAX_BYTES / 2 || group.size() >= 256) {
            submit();
        }
    }

    private void submit() throws PluginException {
        if (!group.isEmpty()) {
            List<PendingItem> batch = group;
            group = new ArrayList<>();
            groupBytes = 0;
            export.pool.file(worker -> reading.read(batch, worker));
        }
    }

    private Exported list(boolean complete) throws PluginException {
        ListingBuilder listing = new ListingBuilder(PackFormat.ITEMS, export.store, export.pool.own());
        for (PendingItem item : items.values()) {
            boolean deleted = item.change.deleted();
            if (item.dropped || deleted && complete) {
                continue;
            }
            Listing.encode(listing.payload(), item.id, item.listed(), deleted);
            listing.added(item.id, new BlockRefs.Entry(item.signature, deleted, item.pieces()));
        }
        listing.finish();
        List<List<Manifest.BlockRef>> layers = new ArrayList<>();
        List<List<byte[]>> firsts = new ArrayList<>();
        long size = listing.count();
        if (!complete && before.isPresent()) {
            layers.addAll(before.get().layers());
            // What is sealed cannot be copied; a reader finds the first ids in the blocks themselves.
            for (List<Manifest.BlockRef> layer : layers) {
                firsts.add(layer.stream().map(b -> new byte[0]).toList());
            }
            size += before.get().size();
        }
        if (listing.count() > 0 || layers.isEmpty()) {
            layers.add(listing.blocks());
            firsts.add(listing.firsts());
        }
        return new Exported(
                source.name(),
                new Manifest.SourceRefs(nameHash, SourceInfo.Shape.ITEMS, false, 0, size, layers),
                firsts);
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Listing;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.read.MarkedWalk;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exports a tree: walks it in order, lets others read, and lists the entries in order again. For one thread. */
final class TreeExport {

    private static final int WINDOW = 20_000;

    private final Export export;
    private final TreeSource source;
    private final byte[] nameHash;
    private final Signatures signatures;
    private final ListingBuilder listing;
    private final FileReading reading;
    private final ArrayDeque<PendingFile> queue = new ArrayDeque<>();
    private Group group;

    TreeExport(Export export, TreeSource source, byte[] nameHash) throws PluginException {
        this.export = export;
        this.source = source;
        this.nameHash = nameHash;
        this.signatures = export.previous.signatures(export.previous.source(nameHash, SourceInfo.Shape.TREE));
        this.listing = new ListingBuilder(PackFormat.TREE, export.store, export.pool.own());
        this.reading = new FileReading(export, source);
        this.group = new Group(export.keys.gear());
    }

    Exported run() throws PluginException {
        try (TreeWalk walk = source.walk((path, kind, message) -> export.problem(source.name(), path, kind, message))) {
            TreeEntry before = null;
            for (TreeEntry entry = walk.next(); entry != null; entry = walk.next()) {
                checkOrder(before, entry);
                before = entry;
                take(entry, walk instanceof MarkedWalk marked && marked.changed());
                pump(false);
            }
        }
        submitGroup();
        export.pool.drain();
        pump(true);
        listing.finish();
        Manifest.SourceRefs refs = new Manifest.SourceRefs(
                nameHash, SourceInfo.Shape.TREE, false, 0, listing.count(), List.of(listing.blocks()));
        return new Exported(source.name(), refs, List.of(listing.firsts()));
    }

    private void checkOrder(@Nullable TreeEntry before, TreeEntry entry) throws PluginException {
        if (before != null && before.path().compareTo(entry.path()) >= 0) {
            throw new PluginException(
                    ErrorKind.INTERNAL,
                    "The walk of source " + source.name() + " is not in order at " + entry.path() + ".");
        }
    }

    private void take(TreeEntry entry, boolean changed) throws PluginException {
        PendingFile file = new PendingFile(entry);
        file.changed = changed;
        queue.add(file);
        export.counters.files.increment();
        export.counters.logicalBytes.add(entry.attributes().size());
        if (!entry.hasContent()) {
            file.done(List.of());
            export.progress.done(0, 1);
            return;
        }
        if (entry.changeSignature().length > 0) {
            file.signature = export.pool.own().hasher.signature(file.path, entry.changeSignature());
            if (unchanged(file)) {
                return;
            }
        }
        export.counters.filesRead.increment();
        if (entry.attributes().size() >= export.small()) {
            export.pool.file(worker -> reading.large(file, worker));
        } else if (group.add(file)) {
            submitGroup();
        }
    }

    private boolean unchanged(PendingFile file) throws PluginException {
        byte[] signature = file.signature;
        List<Piece> pieces = signature == null ? null : signatures.find(signature);
        long size = file.entry.attributes().size();
        if (pieces == null || PendingFile.length(pieces) != size || !export.previous.whole(pieces)) {
            return false;
        }
        file.done(pieces);
        export.progress.done(size, 1);
        return true;
    }

    private void submitGroup() throws PluginException {
        if (!group.files().isEmpty()) {
            List<PendingFile> files = group.files();
            group = new Group(export.keys.gear());
            export.pool.file(worker -> reading.group(files, worker));
        }
    }

    private void pump(boolean all) throws PluginException {
        while (!queue.isEmpty()) {
            PendingFile head = queue.peek();
            if (!head.isDone()) {
                if (!all && queue.size() < WINDOW) {
                    return;
                }
                submitGroup();
                export.pool.help();
                continue;
            }
            queue.remove();
            if (!head.dropped) {
                list(head);
            }
        }
    }

    private void list(PendingFile file) throws PluginException {
        TreeEntry entry = file.entry;
        List<Piece> pieces = file.pieces();
        long length = PendingFile.length(pieces);
        byte[] signature = file.signature;
        boolean asListed = length == entry.attributes().size();
        if (entry.hasContent() && (!asListed || file.changed && !export.copying)) {
            // the file has to be read again; but a backup that is copied does not change any more
            signature = null;
            entry = resized(entry, length);
        }
        Listing.encode(listing.payload(), entry, file.path, listing.before(), file.changed);
        listing.added(file.path, new BlockRefs.Entry(signature, false, pieces));
    }

    private static TreeEntry resized(TreeEntry entry, long size) {
        EntryAttributes a = entry.attributes();
        return new TreeEntry(
                entry.path(),
                entry.kind(),
                new EntryAttributes(
                        size,
                        a.modifiedSeconds(),
                        a.modifiedNanos(),
                        a.mode(),
                        a.userId(),
                        a.groupId(),
                        a.linkTarget(),
                        a.device(),
                        a.extra()),
                entry.changeSignature());
    }
}

package io.holdfast.testkit.contract;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.source.ItemSource;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.source.StreamSource;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Pours an export into an import, as a restore does by way of the vault. */
final class Copying {

    private final ExportSession from;
    private final ImportSession to;
    private final List<EntryPath> selection;

    Copying(ExportSession from, ImportSession to, List<EntryPath> selection) {
        this.from = from;
        this.to = to;
        this.selection = selection;
    }

    void run() throws PluginException, IOException {
        for (Source source : from.sources()) {
            if (source instanceof TreeSource tree) {
                copyTree(tree);
            } else if (!selection.isEmpty()) {
                continue;
            } else if (source instanceof DiskSource disk) {
                copyDisk(disk);
            } else if (source instanceof StreamSource stream) {
                copyStream(stream);
            } else if (source instanceof ItemSource items) {
                copyItems(items);
            }
        }
    }

    private void copyDisk(DiskSource disk) throws PluginException {
        try (RandomReadable content = disk.open();
                DiskTarget target = to.openDisk(disk.name(), disk.size())) {
            copy(content, target);
        }
    }

    /** Last block first: targets take any order. Zeroes are left out. */
    private static void copy(RandomReadable content, DiskTarget target) throws PluginException {
        long blocks = (content.size() + Picture.BLOCK - 1) / Picture.BLOCK;
        for (long block = blocks - 1; block >= 0; block--) {
            long at = block * Picture.BLOCK;
            ByteBuffer bytes = Picture.readFully(content, at, (int) Math.min(Picture.BLOCK, content.size() - at));
            if (bytes.mismatch(ByteBuffer.allocate(bytes.remaining())) >= 0) {
                target.write(at, bytes);
            }
        }
        target.complete();
    }

    private void copyTree(TreeSource tree) throws PluginException {
        try (TreeTarget target = to.openTree(tree.name())) {
            for (TreeEntry entry : Picture.entries(tree)) {
                if (selected(entry.path())) {
                    copyEntry(tree, entry, target);
                }
            }
            target.complete();
        }
    }

    /** What is selected, what lies below it, and the directories on the way to it. */
    private boolean selected(EntryPath path) {
        return selection.isEmpty()
                || selection.stream().anyMatch(chosen -> path.startsWith(chosen) || chosen.startsWith(path));
    }

    private static void copyEntry(TreeSource tree, TreeEntry entry, TreeTarget target) throws PluginException {
        if (entry.kind() != EntryKind.FILE) {
            target.add(entry);
            return;
        }
        Optional<DiskTarget> file = target.openFile(entry);
        if (file.isEmpty()) {
            return;
        }
        try (DiskTarget open = file.get()) {
            if (entry.hasContent()) {
                try (RandomReadable content = tree.open(entry)) {
                    copy(content, open);
                }
            } else {
                open.complete();
            }
        }
    }

    private void copyStream(StreamSource stream) throws PluginException, IOException {
        try (InputStream in = stream.open();
                StreamTarget target = to.openStream(stream.name())) {
            try (var out = target.stream()) {
                in.transferTo(out);
            }
            target.complete();
        }
    }

    private void copyItems(ItemSource source) throws PluginException, IOException {
        try (ItemTarget target = to.openItems(source.name())) {
            for (ItemChange item : Picture.items(source)) {
                if (!item.deleted()) {
                    try (InputStream in = source.open(item)) {
                        target.put(item, in);
                    }
                }
            }
            target.complete();
        }
    }
}

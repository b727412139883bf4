package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows manifests to everything that they refer to, by clear references. Visits each manifest and each block
 * that can be read once. For one thread. */
final class Marker implements AutoCloseable {

    /** Gets what is referred to; a block is visited before what it refers to. */
    interface Visitor {
        /** A chunk or block that is needed. */
        void needed(Id id) throws PluginException;

        /** A block that cannot be read, so that what it refers to remains unknown. */
        void unreadable(Id block, PluginException why) throws PluginException;
    }

    private final VaultCore core;
    private BlockReader blocks;
    private final Set<BackupId> manifests = new HashSet<>();
    private final Set<Id> visited = new HashSet<>();
    private final Map<Id, Integer> unread = new HashMap<>();

    Marker(VaultCore core, VaultIndex index) throws PluginException {
        this.core = core;
        this.blocks = new BlockReader(core.keys(), index, new PackReader(core.objects(), core.keys()));
    }

    /**
     * Follows all manifests that are there now and were not followed before, and blocks that could not be read before: a
     * backup may have been committed after the index was listed, and then its blocks were not to be found.
     *
     * @param progress gets an item a manifest
     */
    int markAll(Visitor visitor, Progress progress, TransferContext context) throws PluginException {
        Map<Id, Integer> again = new HashMap<>(unread);
        unread.clear();
        visited.removeAll(again.keySet());
        List<BackupId> found = new ArrayList<>();
        core.objects()
                .forEach("manifests/", stat -> ObjectNames.backupOf(stat.key()).ifPresent(found::add), context);
        found.removeAll(manifests);
        progress.expect(0, found.size());
        int count = 0;
        for (BackupId backup : found) {
            if (mark(backup, visitor, context)) {
                count++;
            }
            progress.done(0, 1);
        }
        for (Map.Entry<Id, Integer> block : again.entrySet()) {
            block(block.getValue(), block.getKey(), visitor, context);
        }
        return count;
    }

    /** Follows one manifest; false if it is void or has gone. */
    boolean mark(BackupId backup, Visitor visitor, TransferContext context) throws PluginException {
        Optional<byte[]> bytes = core.objects().find(ObjectNames.manifest(backup), ManifestCodec.MAX_LENGTH, context);
        if (bytes.isEmpty()) {
            return false;
        }
        Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(core.keys(), backup, bytes.get());
        manifests.add(backup);
        if (loaded.isEmpty()) {
            return false;
        }
        for (Manifest.SourceRefs source : loaded.get().manifest().sources()) {
            int type = blockType(source);
            for (List<Manifest.BlockRef> layer : source.layers()) {
                for (Manifest.BlockRef block : layer) {
                    block(type, block.id(), visitor, context);
                }
            }
        }
        return true;
    }

    static int blockType(Manifest.SourceRefs source) {
        return switch (source.shape()) {
            case DISK, STREAM -> PackFormat.MAP;
            case TREE -> PackFormat.TREE;
            case ITEMS -> PackFormat.ITEMS;
        };
    }

    private void block(int type, Id block, Visitor visitor, TransferContext context) throws PluginException {
        if (!visited.add(block)) {
            return;
        }
        context.cancellation().throwIfCancelled();
        visitor.needed(block);
        List<BlockRefs.Target> targets;
        try {
            targets = blocks.targets(type, block, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            unread.put(block, type);
            visitor.unreadable(block, e);
            return;
        }
        for (BlockRefs.Target target : targets) {
            if (target.map()) {
                block(PackFormat.MAP, target.id(), visitor, context);
            } else {
                visitor.needed(target.id());
            }
        }
    }

    /** Reads blocks by a newer index from now on. */
    void follow(VaultIndex index) throws PluginException {
        blocks.close();
        blocks = new BlockReader(core.keys(), index, new PackReader(core.objects(), core.keys()));
    }

    @Override
    public void close() {
        blocks.close();
    }
}

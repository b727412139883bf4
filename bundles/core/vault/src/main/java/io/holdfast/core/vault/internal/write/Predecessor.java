package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.manifest.BlockRefs;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.LayerMap;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the backup before can contribute: its clear references, as far as they can be relied on. */
final class Predecessor {

    private final @Nullable Manifest manifest;
    private final BlockReader blocks;
    private final Known known;
    private final Path directory;
    private final TransferContext context = Contexts.uncancelled();

    /**
     * @param manifest null if there is none
     * @param directory where large tables are spilled
     */
    Predecessor(@Nullable Manifest manifest, BlockReader blocks, Known known, Path directory) {
        this.manifest = manifest;
        this.blocks = blocks;
        this.known = known;
        this.directory = directory;
    }

    /** The source of that name and shape. */
    Optional<Manifest.SourceRefs> source(byte[] nameHash, SourceInfo.Shape shape) {
        if (manifest == null) {
            return Optional.empty();
        }
        return manifest.sources().stream()
                .filter(s -> s.shape() == shape && Arrays.equals(s.nameHash(), nameHash))
                .findFirst();
    }

    /** Whether every reference must be looked up, because something was lost or is being collected. */
    boolean doubtful() {
        return !known.index().distrusted().isEmpty();
    }

    /** Whether all blocks of a source, and, if asked, all chunks in them, can be relied on. */
    boolean whole(Manifest.SourceRefs source, boolean chunks) throws PluginException {
        int type = blockType(source.shape());
        for (List<Manifest.BlockRef> layer : source.layers()) {
            for (Manifest.BlockRef block : layer) {
                if (!known.has(block.id()) || chunks && !whole(type, block)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean whole(int type, Manifest.BlockRef block) throws PluginException {
        for (BlockRefs.Target target : blocks.targets(type, block.id(), context)) {
            if (!known.has(target.id())) {
                return false;
            }
        }
        return true;
    }

    /** Whether every part of a content can be relied on. */
    boolean whole(List<Piece> pieces) throws PluginException {
        if (!doubtful()) {
            return true;
        }
        for (Piece piece : pieces) {
            if (piece.id() != null && !known.has(piece.target())) {
                return false;
            }
            if (piece.kind() == Piece.Kind.MAP && !whole(blocks.map(piece.target(), context))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a layer of changes can be put upon a source of items. */
    boolean canGrow(Optional<Manifest.SourceRefs> items) throws PluginException {
        return items.isPresent() && items.get().layers().size() < Manifest.MAX_LAYERS && whole(items.get(), false);
    }

    /** The map of a disk. */
    LayerMap map(Manifest.SourceRefs disk) {
        return new LayerMap(blocks, disk.layers());
    }

    TransferContext context() {
        return context;
    }

    /** The signatures of a tree or of items. */
    Signatures signatures(Optional<Manifest.SourceRefs> source) throws PluginException {
        if (source.isEmpty()) {
            return Signatures.none();
        }
        int type = blockType(source.get().shape());
        return Signatures.read(type, source.get(), blocks, known, directory, context);
    }

    private static int blockType(SourceInfo.Shape shape) {
        return switch (shape) {
            case DISK, STREAM -> PackFormat.MAP;
            case TREE -> PackFormat.TREE;
            case ITEMS -> PackFormat.ITEMS;
        };
    }
}

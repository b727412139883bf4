package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Names what cannot be restored of a backup, given the ids that are lost. Needs the reader keys. For one thread. */
public final class LostParts implements AutoCloseable {

    private static final int MAX = 10_000;

    private final BlockReader blocks;
    private final ChunkReader chunks;
    private final Set<Id> lost;
    private final TransferContext context;
    private final List<Problem> problems = new ArrayList<>();

    /** Parts that need any of those ids. */
    public LostParts(KeyRing keys, VaultIndex index, PackReader packs, Set<Id> lost, TransferContext context)
            throws PluginException {
        this.blocks = new BlockReader(keys, index, packs);
        this.chunks = new ChunkReader(keys, index, packs);
        this.lost = lost;
        this.context = context;
    }

    /** The parts of that backup. */
    public List<Problem> of(Manifest manifest, Manifest.Secrets secrets) throws PluginException {
        for (int i = 0; i < manifest.sources().size(); i++) {
            Manifest.SourceRefs source = manifest.sources().get(i);
            String name = secrets.names().get(i);
            if (source.shape() == SourceInfo.Shape.TREE) {
                tree(name, source, secrets.firsts().get(i).get(0));
            } else {
                blocks(name, source);
            }
        }
        return problems;
    }

    private void add(String source, EntryPath path, String message) {
        if (problems.size() < MAX) {
            problems.add(new Problem(source, path, ErrorKind.CORRUPT_DATA, message));
        }
    }

    private void tree(String name, Manifest.SourceRefs source, List<byte[]> firsts) throws PluginException {
        List<Manifest.BlockRef> layer = source.layers().get(0);
        TreeReader tree = new TreeReader(layer, firsts, blocks, chunks);
        for (int b = 0; b < layer.size(); b++) {
            if (lost.contains(layer.get(b).id())) {
                add(name, EntryPath.of(firsts.get(b)), "A part of the listing, from here on, is lost.");
                continue;
            }
            for (TreeReader.Row row : tree.rows(b, context)) {
                if (touched(row.pieces())) {
                    add(name, row.entry().path(), "Content of this file is lost.");
                }
            }
        }
    }

    private boolean touched(List<Piece> pieces) throws PluginException {
        for (Piece piece : pieces) {
            if (piece.id() != null && lost.contains(piece.target())
                    || piece.kind() == Piece.Kind.MAP && touched(blocks.map(piece.target(), context))) {
                return true;
            }
        }
        return false;
    }

    private void blocks(String name, Manifest.SourceRefs source) throws PluginException {
        for (List<Manifest.BlockRef> layer : source.layers()) {
            for (Manifest.BlockRef block : layer) {
                boolean bad = lost.contains(block.id());
                if (!bad && source.shape() != SourceInfo.Shape.ITEMS) {
                    bad = touched(blocks.map(block.id(), context));
                }
                if (bad) {
                    add(
                            name,
                            EntryPath.ROOT,
                            "Something is lost between " + block.start() + " and " + block.end() + ".");
                }
            }
        }
    }

    @Override
    public void close() {
        blocks.close();
        chunks.close();
    }
}

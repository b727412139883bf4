package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tree of a backup as the source of another backup. A file has changed if its chunks are others. */
final class TreeOfBackup implements TreeSource {

    /** Keeps these signatures apart from those of strategies. */
    private static final byte[] DOMAIN = "holdfast chunks of a copied file".getBytes(StandardCharsets.US_ASCII);

    private final BackupSources sources;
    private final String name;

    TreeOfBackup(BackupSources sources, String name) {
        this.sources = sources;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public MarkedWalk walk(SourceProblems problems) throws PluginException {
        TreeReader tree = sources.reading(() -> sources.backup().tree(name));
        return new MarkedWalk() {
            private int block;
            private List<TreeReader.Row> rows = List.of();
            private int row;
            private boolean changed;

            @Override
            public @Nullable TreeEntry next() throws PluginException {
                while (row == rows.size()) {
                    if (block == tree.blockCount()) {
                        return null;
                    }
                    rows = sources.reading(
                            () -> tree.rows(block, sources.backup().context()));
                    block++;
                    row = 0;
                }
                TreeReader.Row next = rows.get(row++);
                changed = next.changed();
                return signed(next);
            }

            @Override
            public boolean changed() {
                return changed;
            }

            @Override
            public void close() {}
        };
    }

    private static TreeEntry signed(TreeReader.Row row) {
        TreeEntry entry = row.entry();
        byte[] signature = entry.hasContent() ? signature(row.pieces()) : EntryAttributes.NONE;
        return new TreeEntry(entry.path(), entry.kind(), entry.attributes(), signature);
    }

    /** Chunks are named by a keyed hash of their content, and so is what refers to them: equal names, equal bytes. */
    private static byte[] signature(List<Piece> pieces) {
        Encoder out = new Encoder(DOMAIN.length + 49 * pieces.size()).raw(DOMAIN);
        for (Piece piece : pieces) {
            out.u8(piece.kind().ordinal()).u64(piece.offset()).u64(piece.length());
            if (piece.id() != null) {
                out.id(piece.target());
            }
        }
        return Digests.sha256().digest(out.toBytes());
    }

    @Override
    public FileContent open(TreeEntry entry) throws PluginException {
        RandomReadable content = sources.reading(() -> open(sources.backup(), entry));
        return new FileContent() {
            @Override
            public long size() {
                return content.size();
            }

            @Override
            public List<io.holdfast.spi.source.Extent> extents(long offset, long length) throws PluginException {
                return sources.reading(() -> content.extents(offset, length));
            }

            @Override
            public int read(long offset, ByteBuffer target) throws PluginException {
                return sources.reading(() -> content.read(offset, target));
            }

            @Override
            public void close() throws PluginException {
                content.close();
            }
        };
    }

    private RandomReadable open(DefaultBackupReader backup, TreeEntry entry) throws PluginException {
        Optional<TreeReader.Row> row = backup.tree(name).find(entry.path(), backup.context());
        return backup.content(
                row.orElseThrow(() -> new PluginException(
                                ErrorKind.CORRUPT_DATA, "The listing of " + name + " has lost " + entry.path() + "."))
                        .pieces(),
                entry.attributes().size());
    }
}

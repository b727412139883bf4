package io.holdfast.core.vault.internal.read;

import io.holdfast.core.vault.internal.manifest.Manifest.BlockRef;
import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a disk has in another place than an earlier backup of it, by their maps alone. For one thread. */
final class DiskChanges {

    private final DefaultBackupReader now;
    private final @Nullable DefaultBackupReader then;
    private final LayerMap map;
    private final @Nullable LayerMap before;
    /** So many lower layers are the same: what lies in none above need not be compared. */
    private final int shared;

    /** @param then an earlier or later backup with a disk of that name and size; null if there is none */
    DiskChanges(DefaultBackupReader now, @Nullable DefaultBackupReader then, String disk) throws PluginException {
        this.now = now;
        this.then = then;
        this.map = now.diskMap(disk);
        this.before = then == null ? null : then.diskMap(disk);
        this.shared = then == null ? 0 : shared(now.diskLayers(disk), then.diskLayers(disk));
    }

    private static int shared(List<List<BlockRef>> layers, List<List<BlockRef>> others) {
        int same = 0;
        while (same < Math.min(layers.size(), others.size()) && layers.get(same).equals(others.get(same))) {
            same++;
        }
        return same;
    }

    /** What is at an offset, as far as that can be said at once, but not beyond the end. */
    Extent at(long offset, long end) throws PluginException {
        LayerMap other = before;
        DefaultBackupReader reader = then;
        if (other == null || reader == null) {
            Piece piece = now.mapped(map::at, offset).piece();
            long until = Math.min(end, offset + piece.length());
            return extent(offset, until, piece.id() == null ? Extent.State.ZERO : Extent.State.DATA);
        }
        Piece above = now.mapped((at, context) -> map.above(shared, at, context), offset)
                .piece();
        Piece aboveThen = BackupSources.comparing(
                        () -> reader.mapped((at, context) -> other.above(shared, at, context), offset))
                .piece();
        if (above.kind() == Piece.Kind.GAP && aboveThen.kind() == Piece.Kind.GAP) {
            long gap = Math.min(above.length(), aboveThen.length());
            return extent(offset, gap > end - offset ? end : offset + gap, Extent.State.UNCHANGED);
        }
        Piece piece = now.mapped(map::at, offset).piece();
        Piece pieceThen =
                BackupSources.comparing(() -> reader.mapped(other::at, offset)).piece();
        long until = Math.min(end, offset + Math.min(piece.length(), pieceThen.length()));
        if (same(piece, pieceThen)) {
            return extent(offset, until, Extent.State.UNCHANGED);
        }
        return extent(offset, until, piece.id() == null ? Extent.State.ZERO : Extent.State.DATA);
    }

    private static boolean same(Piece one, Piece other) {
        return one.kind() == other.kind() && one.offset() == other.offset() && Objects.equals(one.id(), other.id());
    }

    private static Extent extent(long from, long to, Extent.State state) {
        return new Extent(from, to - from, state);
    }
}

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.source.TreeEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of a tree between the walk and the listing. */
final class PendingFile {

    final TreeEntry entry;
    final byte[] path;
    byte @Nullable [] signature;
    volatile boolean changed;
    volatile boolean dropped;
    private volatile @Nullable List<Piece> pieces;

    PendingFile(TreeEntry entry) {
        this.entry = entry;
        this.path = entry.path().toBytes();
    }

    void done(List<Piece> content) {
        pieces = content;
    }

    /** It could not be read and is left out. */
    void drop() {
        dropped = true;
        pieces = List.of();
    }

    boolean isDone() {
        return pieces != null;
    }

    List<Piece> pieces() {
        List<Piece> content = pieces;
        if (content == null) {
            throw new IllegalStateException("not read yet");
        }
        return content;
    }

    static long length(List<Piece> pieces) {
        long length = 0;
        for (Piece piece : pieces) {
            length += piece.length();
        }
        return length;
    }
}

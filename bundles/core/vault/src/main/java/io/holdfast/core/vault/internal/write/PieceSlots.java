package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one content, numbered by its reader and stored by whoever is free. Every 1,024 of them become a map block as
 * soon as they are complete, so that a large content needs little memory.
 */
final class PieceSlots {

    static final int WINDOW = 1024;

    /** Gets all pieces in order, once. */
    interface Done {
        void pieces(List<Piece> pieces, Worker worker) throws PluginException;
    }

    private final ChunkStore store;
    private final boolean always;
    private final Done done;
    private final List<@Nullable Window> windows = new ArrayList<>();
    private final List<@Nullable Piece> maps = new ArrayList<>();
    private int reserved;
    private int open;
    private boolean finished;

    private static final class Window {
        final @Nullable Piece[] pieces = new Piece[WINDOW];
        int filled;
    }

    /**
     * @param always whether even few pieces become a map block
     * @param done called when everything is there, by the thread that brought the last piece
     */
    PieceSlots(ChunkStore store, boolean always, Done done) {
        this.store = store;
        this.always = always;
        this.done = done;
    }

    /** The next number. By the reader only. */
    synchronized int next() {
        if (reserved % WINDOW == 0) {
            windows.add(new Window());
            maps.add(null);
        }
        open++;
        return reserved++;
    }

    /** Brings a piece. */
    void set(int number, Piece piece, Worker worker) throws PluginException {
        int at = number / WINDOW;
        Window full = null;
        synchronized (this) {
            Window window = windows.get(at);
            if (window == null) {
                throw new IllegalStateException("piece " + number + " came twice");
            }
            window.pieces[number % WINDOW] = piece;
            window.filled++;
            if (window.filled == WINDOW) {
                full = window;
                windows.set(at, null);
            }
        }
        if (full != null) {
            Piece map = store.map(worker, merged(full));
            synchronized (this) {
                maps.set(at, map);
            }
        }
        ended(worker, 1, false);
    }

    /** No further number will be taken. */
    void finish(Worker worker) throws PluginException {
        ended(worker, 0, true);
    }

    private void ended(Worker worker, int count, boolean last) throws PluginException {
        synchronized (this) {
            open -= count;
            finished |= last;
            if (!finished || open > 0) {
                return;
            }
            finished = false;
            open = 1;
        }
        done.pieces(all(worker), worker);
    }

    private List<Piece> all(Worker worker) throws PluginException {
        List<Piece> all = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            Window rest = windows.get(i);
            Piece map = maps.get(i);
            if (rest != null && !always && windows.size() == 1) {
                return merged(rest);
            }
            if (rest != null) {
                map = store.map(worker, merged(rest));
            }
            if (map == null) {
                throw new IllegalStateException("pieces are missing");
            }
            all.add(map);
        }
        return all;
    }

    private static List<Piece> merged(Window window) {
        return merge(Arrays.asList(window.pieces));
    }

    /** Joins neighbouring zeroes and gaps; nulls at the end are left out. */
    static List<Piece> merge(List<? extends @Nullable Piece> pieces) {
        List<Piece> out = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece == null) {
                continue;
            }
            Piece before = out.isEmpty() ? null : out.get(out.size() - 1);
            if (before != null && before.kind() == piece.kind() && piece.id() == null) {
                long length = before.length() + piece.length();
                out.set(out.size() - 1, piece.kind() == Piece.Kind.ZERO ? Piece.zero(length) : Piece.gap(length));
            } else {
                out.add(piece);
            }
        }
        return out;
    }
}

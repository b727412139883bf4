package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.internal.manifest.Piece;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.TreeSource;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads the files of a tree. Safe for use from any thread. */
final class FileReading {

    private final Export export;
    private final TreeSource source;
    private final Buffers groups = new Buffers(Group.MAX_BYTES + (64 << 10));

    FileReading(Export export, TreeSource source) {
        this.export = export;
        this.source = source;
    }

    /** Reads small files into one chunk. */
    void group(List<PendingFile> files, Worker worker) throws PluginException {
        byte[] buffer = groups.take();
        int[] starts = new int[files.size() + 1];
        int have = 0;
        for (int i = 0; i < files.size(); i++) {
            starts[i] = have;
            export.pool.check();
            have += small(files.get(i), buffer, have);
        }
        starts[files.size()] = have;
        Piece whole = have == 0 ? Piece.zero(1) : export.store.content(worker, buffer, 0, have);
        groups.give(buffer);
        export.counters.readBytes.add(have);
        for (int i = 0; i < files.size(); i++) {
            PendingFile file = files.get(i);
            int length = starts[i + 1] - starts[i];
            export.progress.done(file.entry.attributes().size(), 1);
            if (!file.dropped) {
                file.done(length == 0 ? List.of() : List.of(whole.slice(starts[i], length)));
            }
        }
    }

    private int small(PendingFile file, byte[] buffer, int at) throws PluginException {
        int size = (int) file.entry.attributes().size();
        int done = 0;
        try (FileContent content = source.open(file.entry)) {
            while (done < size) {
                int n = content.read(done, ByteBuffer.wrap(buffer, at + done, size - done));
                if (n < 0) {
                    break;
                }
                done += n;
            }
            after(file, content, done);
            return done;
        } catch (PluginException e) {
            drop(file, e);
            return 0;
        }
    }

    private void after(PendingFile file, FileContent content, long length) throws PluginException {
        if (length < file.entry.attributes().size() || content.changedWhileRead()) {
            file.changed = true;
            export.problem(source.name(), file.entry.path(), ErrorKind.CONFLICT, "The file changed while it was read.");
        }
    }

    private void drop(PendingFile file, PluginException e) throws PluginException {
        if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.PERMISSION) {
            throw e;
        }
        export.problem(source.name(), file.entry.path(), e.kind(), String.valueOf(e.getMessage()));
        file.drop();
    }

    /** Reads a file that has chunks of its own. */
    void large(PendingFile file, Worker worker) throws PluginException {
        PieceSlots slots = new PieceSlots(export.store, false, (pieces, w) -> {
            export.progress.done(0, 1);
            if (!file.dropped) {
                file.done(pieces);
            }
        });
        try (FileContent content = source.open(file.entry)) {
            long length = read(file, content, slots, worker);
            after(file, content, length);
        } catch (PluginException e) {
            drop(file, e);
        }
        slots.finish(worker);
    }

    private long read(PendingFile file, FileContent content, PieceSlots slots, Worker worker) throws PluginException {
        long size = file.entry.attributes().size();
        long at = 0;
        while (at < size) {
            for (Extent extent : content.extents(at, size - at)) {
                if (extent.state() == Extent.State.ZERO) {
                    slots.set(number(slots), Piece.zero(extent.length()), worker);
                    export.progress.done(extent.length(), 0);
                    at = extent.end();
                    continue;
                }
                RangeFeed feed = new RangeFeed(export, content, extent.offset(), extent.end());
                new Cutter(export).cut(feed, slots, worker);
                at = feed.position();
                if (at < extent.end()) {
                    return at;
                }
            }
        }
        return at;
    }

    private static int number(PieceSlots slots) {
        return slots.next();
    }
}

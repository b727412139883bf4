package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file being restored: under a temporary name in its directory until it is whole, then renamed. It is on disk for good when the
 * tree is complete, which syncs the file system once instead of every file.
 */
final class FileWriter implements DiskTarget {

    /** From here on blocks are reserved at once: less fragmentation, and a full disk shows before the bytes come. */
    private static final long LARGE = 1024 * 1024;

    /** So much of a file goes to the disk at once, so that the end of a restore does not wait for all of it. */
    private static final long WRITE_BACK = 32L << 20;

    private static final int PAGE = 4096;

    private final Kernel kernel;
    private final KernelChanges changes;
    private final AttributeWriter attributes;
    private final Cancellation cancellation;
    private final ParentDirectory parent;
    private final TreeEntry entry;
    private final EntryExtra extra;
    private final byte[] temporary;
    private final boolean replace;
    private final @Nullable RestoredFile linked;
    private final Consumer<FileWriter> ended;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private int fd;
    private boolean inPlace;
    private boolean closed;

    /** @param ended told when this is closed */
    FileWriter(
            Restore restore,
            ParentDirectory parent,
            TreeEntry entry,
            EntryExtra extra,
            boolean replace,
            @Nullable RestoredFile linked,
            Consumer<FileWriter> ended)
            throws ErrnoException {
        this.kernel = restore.kernel();
        this.changes = restore.changes();
        this.attributes = restore.attributes();
        this.cancellation = restore.context().cancellation();
        this.entry = entry;
        this.extra = extra;
        this.temporary = restore.names().next();
        this.replace = replace;
        this.linked = linked;
        this.ended = ended;
        this.fd = kernel.open(parent.fd(), temporary, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL, 0600);
        this.parent = parent.retain();
    }

    /** Reserves room for a large file without holes. */
    void reserve() throws ErrnoException {
        long size = entry.attributes().size();
        if (size >= LARGE && !extra.sparse()) {
            changes.reserve(fd, size);
        }
    }

    @Override
    public void write(long offset, ByteBuffer data) throws PluginException {
        cancellation.throwIfCancelled();
        long end = offset + data.remaining();
        if (offset < 0 || end > entry.attributes().size()) {
            throw new PluginException(
                    ErrorKind.INTERNAL,
                    "bytes " + offset + " to " + end + " of " + entry.path() + " lie beyond its size of "
                            + entry.attributes().size());
        }
        try {
            if (extra.sparse()) {
                writeAroundZeroes(offset, data);
            } else {
                changes.write(fd, offset, data);
            }
            written.accumulateAndGet(end, Math::max);
            if (kept.addAndGet(end - offset) >= WRITE_BACK) {
                kept.set(0);
                changes.writeBack(fd);
            }
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot write " + entry.path());
        }
    }

    /** In a file that had holes, whole pages of zeroes are holes again. */
    private void writeAroundZeroes(long offset, ByteBuffer data) throws ErrnoException {
        int limit = data.limit();
        long at = offset;
        int from = data.position();
        while (from < limit) {
            int to = pageEnd(at, from, limit);
            boolean zero = isZero(data, from, to);
            long next = at + to - from;
            int run = to;
            while (run < limit) {
                int following = pageEnd(next, run, limit);
                if (isZero(data, run, following) != zero) {
                    break;
                }
                next += following - run;
                run = following;
            }
            if (!zero) {
                changes.write(fd, at, data.limit(run).position(from));
                data.limit(limit);
            }
            at = next;
            from = run;
        }
        data.position(limit);
    }

    private static int pageEnd(long at, int from, int limit) {
        return (int) Math.min(limit, from + PAGE - at % PAGE);
    }

    private static boolean isZero(ByteBuffer data, int from, int to) {
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            if (data.getLong(i) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (data.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void complete() throws PluginException {
        if (closed || inPlace) {
            throw new PluginException(
                    ErrorKind.INTERNAL, entry.path() + " was completed twice, or after it was closed");
        }
        try {
            if (written.get() < entry.attributes().size()) {
                changes.size(fd, entry.attributes().size());
            }
            attributes.apply(entry.path(), EntryKind.FILE, fd, false, entry.attributes(), extra, parent.inherits());
            FileStat stat = linked != null || extra.flags() != 0 ? kernel.stat(fd) : null;
            int errno = kernel.close(fd);
            fd = -1;
            if (errno != 0 && errno != Errno.EINTR) {
                throw new ErrnoException("close", errno);
            }
            changes.rename(parent.fd(), temporary, entry.path().name(), replace);
            inPlace = true;
            if (stat != null && extra.flags() != 0) {
                setFlags(stat);
            }
            if (stat != null && linked != null) {
                linked.whole(stat.device(), stat.inode());
            }
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot complete " + entry.path());
        }
    }

    private void setFlags(FileStat restored) throws ErrnoException {
        int file = kernel.open(parent.fd(), entry.path().name(), LibC.O_RDONLY | LibC.O_NONBLOCK, 0);
        try {
            if (kernel.stat(file).sameFile(restored)) {
                attributes.flags(entry.path(), file, extra);
            }
        } finally {
            kernel.close(file);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (fd >= 0) {
            kernel.close(fd);
        }
        if (!inPlace) {
            try {
                changes.remove(parent.fd(), temporary);
            } catch (ErrnoException e) {
                // whoever took it away saved us the work; anything else is in the journal
            }
            if (linked != null) {
                linked.failed();
            }
        }
        parent.release();
        ended.accept(this);
    }
}

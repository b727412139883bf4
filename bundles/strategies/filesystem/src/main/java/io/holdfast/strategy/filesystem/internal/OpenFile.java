package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.TreeEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file open for reading. */
final class OpenFile implements FileContent {

    private static final long LARGE = 1024 * 1024;

    private final Kernel kernel;
    private final int fd;
    private final TreeEntry entry;
    private final FileStat opened;
    private final FileSystem system;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenFile(Kernel kernel, int fd, TreeEntry entry, FileStat opened, FileSystem system) {
        this.kernel = kernel;
        this.fd = fd;
        this.entry = entry;
        this.opened = opened;
        this.system = system;
        if (opened.size() >= LARGE) {
            kernel.adviseWholeRead(fd);
        }
    }

    @Override
    public long size() {
        return entry.attributes().size();
    }

    @Override
    public List<Extent> extents(long offset, long length) throws PluginException {
        if (!opened.isSparse() || !system.tellsHoles()) {
            return List.of(new Extent(offset, length, Extent.State.DATA));
        }
        try {
            long data = nextData(offset);
            if (data > offset) {
                return List.of(new Extent(offset, Math.min(data - offset, length), Extent.State.ZERO));
            }
            long hole = kernel.seek(fd, offset, LibC.SEEK_HOLE);
            // a file cut off in between has its "hole" at the offset itself
            long end = hole <= offset ? offset + length : Math.min(hole, offset + length);
            return List.of(new Extent(offset, end - offset, Extent.State.DATA));
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                // shorter than it was, or a file system that cannot tell: reading will show
                case Errno.ENXIO, Errno.EINVAL, Errno.EOPNOTSUPP ->
                    List.of(new Extent(offset, length, Extent.State.DATA));
                default -> throw e.toPlugin("cannot find the holes of " + entry.path());
            };
        }
    }

    /** Where data begin again; at a hole that reaches to the end, the end. */
    private long nextData(long offset) throws ErrnoException {
        try {
            return kernel.seek(fd, offset, LibC.SEEK_DATA);
        } catch (ErrnoException e) {
            long size = kernel.stat(fd).size();
            if (e.is(Errno.ENXIO) && size > offset) {
                return size;
            }
            throw e;
        }
    }

    @Override
    public int read(long offset, ByteBuffer target) throws PluginException {
        try {
            int first = kernel.read(fd, offset, target);
            if (first == 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            int n = first;
            while (target.hasRemaining() && offset + n < size()) {
                int more = kernel.read(fd, offset + n, target);
                if (more == 0) {
                    break;
                }
                n += more;
            }
            return n;
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot read " + entry.path() + " at offset " + offset);
        }
    }

    @Override
    public boolean changedWhileRead() throws PluginException {
        FileStat now;
        try {
            now = kernel.stat(fd);
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot tell whether " + entry.path() + " changed");
        }
        byte[] signature = entry.changeSignature();
        if (signature.length > 0) {
            return !Arrays.equals(signature, ChangeSignature.of(now, system));
        }
        return now.size() != entry.attributes().size()
                || now.modifiedSeconds() != entry.attributes().modifiedSeconds()
                || now.modifiedNanos() != entry.attributes().modifiedNanos()
                || now.changedSeconds() != opened.changedSeconds()
                || now.changedNanos() != opened.changedNanos();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kernel.close(fd);
        }
    }
}

package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directories of a target: opened below its root, kept while entries of one directory follow each other. One thread. */
final class TargetPlaces {

    private static final byte[] DEFAULT_LIST = "system.posix_acl_default".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DOT = {'.'};
    private static final int FLAGS = LibC.O_PATH | LibC.O_DIRECTORY;

    private final Kernel kernel;
    private final KernelChanges changes;
    private final int root;

    /** A directory on each file system that was written to. */
    private final Map<Long, EntryPath> written = new HashMap<>();

    private @Nullable ParentDirectory current;

    TargetPlaces(Kernel kernel, KernelChanges changes, int root) {
        this.kernel = kernel;
        this.changes = changes;
        this.root = root;
    }

    int root() {
        return root;
    }

    /** The directory that an entry goes into, made with those above if it is missing. Valid until the next call. */
    ParentDirectory parentOf(EntryPath path) throws ErrnoException {
        EntryPath wanted = path.parent().orElse(EntryPath.ROOT);
        if (current != null && current.path().equals(wanted)) {
            return current;
        }
        int fd = open(wanted);
        if (current != null) {
            current.release();
        }
        current = new ParentDirectory(kernel, wanted, fd, kernel.hasAttribute(fd, DEFAULT_LIST));
        written.putIfAbsent(kernel.stat(fd).device(), wanted);
        return current;
    }

    private int open(EntryPath directory) throws ErrnoException {
        try {
            return kernel.openBelow(root, directory.toBytes(), FLAGS, 0);
        } catch (ErrnoException e) {
            EntryPath above = directory.parent().orElse(null);
            if (!e.is(Errno.ENOENT) || above == null) {
                throw e;
            }
            int fd = open(above);
            try {
                changes.makeDirectory(fd, directory.name(), 0700);
                return kernel.open(fd, directory.name(), FLAGS, 0);
            } finally {
                kernel.close(fd);
            }
        }
    }

    /** What has that name in the directory; null if nothing has. */
    @Nullable
    FileStat existing(ParentDirectory parent, byte[] name) throws ErrnoException {
        try {
            return kernel.stat(parent.fd(), name);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return null;
            }
            throw e;
        }
    }

    /** Everything that was written is on the disks afterwards. */
    void sync() throws PluginException {
        for (EntryPath directory : written.values()) {
            try {
                int fd = kernel.openBelow(root, directory.toBytes(), LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
                try {
                    changes.sync(fd);
                } finally {
                    kernel.close(fd);
                }
            } catch (ErrnoException e) {
                if (e.kind() != ErrorKind.PERMISSION) {
                    throw e.toPlugin("cannot write what was restored to disk for good");
                }
            }
        }
    }

    void close() {
        if (current != null) {
            current.release();
            current = null;
        }
    }
}

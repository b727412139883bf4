package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.TreeEntry;

/** Makes what has no content: symbolic links, pipes, sockets, devices, and further names of files. */
final class NodeMaker {

    private final Restore restore;
    private final Kernel kernel;
    private final KernelChanges changes;

    NodeMaker(Restore restore) {
        this.restore = restore;
        this.kernel = restore.kernel();
        this.changes = restore.changes();
    }

    /** @return false if, without {@code replace}, somebody else took the name meanwhile */
    boolean make(TreeEntry entry, EntryExtra extra, ParentDirectory parent, boolean replace)
            throws ErrnoException, PluginException {
        byte[] temporary = restore.names().next();
        create(entry, parent.fd(), temporary);
        boolean inPlace = false;
        try {
            int fd = kernel.open(parent.fd(), temporary, LibC.O_PATH, 0);
            try {
                if (kernel.stat(fd).kind() != entry.kind()) {
                    throw new ErrnoException("open", Errno.EBUSY); // swapped by somebody else
                }
                restore.attributes()
                        .apply(entry.path(), entry.kind(), fd, true, entry.attributes(), extra, parent.inherits());
            } finally {
                kernel.close(fd);
            }
            inPlace = rename(parent, temporary, entry.path().name(), replace);
            return inPlace;
        } finally {
            if (!inPlace) {
                remove(parent, temporary);
            }
        }
    }

    private void create(TreeEntry entry, int directory, byte[] temporary) throws ErrnoException, PluginException {
        long device = entry.attributes().device();
        switch (entry.kind()) {
            case SYMLINK -> changes.makeLink(checkedTarget(entry), directory, temporary);
            case FIFO -> changes.makeNode(directory, temporary, FileStat.FIFO, 0);
            case SOCKET -> changes.makeNode(directory, temporary, FileStat.SOCKET, 0);
            case CHARACTER_DEVICE -> changes.makeNode(directory, temporary, FileStat.CHARACTER, device);
            case BLOCK_DEVICE -> changes.makeNode(directory, temporary, FileStat.BLOCK, device);
            default ->
                throw new PluginException(
                        ErrorKind.UNSUPPORTED, "cannot restore " + entry.path() + ": unknown kind " + entry.kind());
        }
    }

    private static byte[] checkedTarget(TreeEntry entry) throws PluginException {
        byte[] target = entry.attributes().linkTarget();
        for (byte b : target) {
            if (b == 0) {
                throw new PluginException(
                        ErrorKind.UNSUPPORTED, "the target of the symbolic link " + entry.path() + " has a NUL byte");
            }
        }
        return target;
    }

    /** Gives a file that this restore made a further name. Not if something else took the file's place meanwhile. */
    void link(TreeEntry entry, RestoredFile file, int root, ParentDirectory parent, boolean replace)
            throws ErrnoException, PluginException {
        int fd = kernel.openBelow(root, file.path().toBytes(), LibC.O_PATH, 0);
        try {
            if (!file.is(kernel.stat(fd))) {
                throw new PluginException(
                        ErrorKind.UNSUPPORTED,
                        "cannot restore " + entry.path() + ": it is a hard link to " + file.path()
                                + ", which somebody replaced during the restore");
            }
            byte[] temporary = restore.names().next();
            changes.linkOpen(fd, parent.fd(), temporary);
            boolean inPlace = false;
            try {
                inPlace = rename(parent, temporary, entry.path().name(), replace);
            } finally {
                if (!inPlace) {
                    remove(parent, temporary);
                }
            }
        } finally {
            kernel.close(fd);
        }
    }

    private boolean rename(ParentDirectory parent, byte[] from, byte[] to, boolean replace) throws ErrnoException {
        try {
            changes.rename(parent.fd(), from, to, replace);
            return true;
        } catch (ErrnoException e) {
            if (!replace && e.is(Errno.EEXIST)) {
                return false;
            }
            throw e;
        }
    }

    private void remove(ParentDirectory parent, byte[] temporary) {
        try {
            changes.remove(parent.fd(), temporary);
        } catch (ErrnoException e) {
            // whoever took it away saved us the work; anything else is in the journal
        }
    }
}

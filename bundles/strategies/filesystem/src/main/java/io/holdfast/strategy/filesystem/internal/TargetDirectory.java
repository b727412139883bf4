package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;

/**
 * The directory that a restore goes to, open.
 *
 * @param fd open for reading
 * @param fresh whether it was made for this restore, or was empty: then it gets the attributes of the backup's root
 * @param created whether it was made for this restore
 */
record TargetDirectory(int fd, boolean fresh, boolean created) {

    private static final int MODE_OF_PARENTS = 0755;

    /**
     * Opens the directory, making it and those above as far as they do not exist. No symbolic link is followed: somebody who may
     * write to a directory above could otherwise send the restore anywhere.
     *
     * @param path absolute and normalised
     */
    static TargetDirectory open(Kernel kernel, KernelChanges changes, byte[] path) throws PluginException {
        String shown = InstancePath.format(path);
        try {
            int at = kernel.open(LibC.AT_FDCWD, new byte[] {'/'}, LibC.O_PATH | LibC.O_DIRECTORY, 0);
            boolean created = false;
            try {
                for (int from = 1; from < path.length; ) {
                    int to = from;
                    while (to < path.length && path[to] != '/') {
                        to++;
                    }
                    byte[] name = Arrays.copyOfRange(path, from, to);
                    created = makeIfMissing(changes, kernel, at, name);
                    int next = kernel.open(at, name, LibC.O_PATH | LibC.O_DIRECTORY, 0);
                    kernel.close(at);
                    at = next;
                    from = to + 1;
                }
                int fd = kernel.open(at, new byte[] {'.'}, LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
                changes.checkWritable(fd);
                return new TargetDirectory(fd, created || !kernel.list(fd).hasNext(), created);
            } finally {
                kernel.close(at);
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR)) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG,
                        "cannot restore to " + shown
                                + ": it, or something on the way to it, is a symbolic link or no directory;"
                                + " name the directory by its true path",
                        e);
            }
            throw e.toPlugin("cannot restore to " + shown);
        }
    }

    private static boolean makeIfMissing(KernelChanges changes, Kernel kernel, int directory, byte[] name)
            throws ErrnoException {
        try {
            kernel.stat(directory, name);
            return false;
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        try {
            changes.makeDirectory(directory, name, MODE_OF_PARENTS);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.EEXIST)) {
                return false; // somebody else was quicker
            }
            throw e;
        }
    }
}

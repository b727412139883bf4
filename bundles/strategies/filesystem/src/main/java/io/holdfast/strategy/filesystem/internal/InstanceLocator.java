package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import java.util.List;

/** Finds directories by absolute paths, within the roots of the provider only. */
final class InstanceLocator {

    private static final byte[] SLASH = {'/'};

    private final Kernel kernel;
    private final List<byte[]> roots;

    /** @param roots the paths that the administrator allows; links in them are followed */
    InstanceLocator(Kernel kernel, List<byte[]> roots) {
        this.kernel = kernel;
        this.roots = List.copyOf(roots);
    }

    /**
     * The one true path of a directory: links on the way to it are resolved, so that one directory is one instance whatever
     * way led to it. The directory itself must not be a link: where that points may change, and with it what is protected.
     */
    byte[] canonical(byte[] path) throws PluginException {
        String shown = InstancePath.format(path);
        try {
            FileStat stat = kernel.stat(LibC.AT_FDCWD, path);
            if (stat.isSymlink()) {
                byte[] target = kernel.readLink(LibC.AT_FDCWD, path);
                throw InstancePath.invalid(shown + " is a symbolic link to " + InstancePath.format(target)
                        + "; name the directory itself, since the link may point elsewhere tomorrow");
            }
            if (!stat.isDirectory()) {
                throw InstancePath.invalid(
                        shown + " is not a directory; name the directory and choose files by includes");
            }
            int fd = kernel.open(LibC.AT_FDCWD, path, LibC.O_PATH | LibC.O_DIRECTORY, 0);
            try {
                return kernel.pathOf(fd);
            } finally {
                kernel.close(fd);
            }
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot use directory " + shown);
        }
    }

    /**
     * Opens a directory by its true path, for reading. Fails if a link is on the way by now.
     *
     * @return a descriptor, the caller's to close
     */
    int open(byte[] path) throws PluginException {
        String shown = InstancePath.format(path);
        checkWithinRoots(path);
        try {
            int top = kernel.open(LibC.AT_FDCWD, SLASH, LibC.O_PATH | LibC.O_DIRECTORY, 0);
            try {
                return kernel.openToRead(top, Arrays.copyOfRange(path, 1, path.length), LibC.O_DIRECTORY, -1);
            } finally {
                kernel.close(top);
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ELOOP)) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "cannot open " + shown + ": it is a symbolic link now, or lies behind one; define the instance"
                                + " anew by the path of the directory itself",
                        e);
            }
            if (e.is(Errno.ENOTDIR)) {
                throw InstancePath.invalid("cannot open " + shown + ": it is not a directory, or lies behind something"
                        + " that is none (a file, a symbolic link)");
            }
            throw e.toPlugin("cannot open directory " + shown);
        }
    }

    /** @throws PluginException {@code INVALID_CONFIG} if the path lies outside the provider's roots */
    void checkWithinRoots(byte[] path) throws PluginException {
        for (byte[] root : roots) {
            if (InstancePath.isWithin(path, root) || InstancePath.isWithin(path, followed(root))) {
                return;
            }
        }
        throw InstancePath.invalid(InstancePath.format(path) + " lies outside the roots of this provider ("
                + String.join(", ", roots.stream().map(InstancePath::format).toList())
                + "); add a root or choose another directory");
    }

    private byte[] followed(byte[] root) {
        try {
            int fd = kernel.openFollowing(root);
            try {
                return kernel.pathOf(fd);
            } finally {
                kernel.close(fd);
            }
        } catch (ErrnoException e) {
            return root; // does not exist now: then nothing lies in it
        }
    }

    /** Every root exists, is a directory and can be read. */
    void checkRoots() throws PluginException {
        for (byte[] root : roots) {
            String shown = InstancePath.format(root);
            try {
                int fd = kernel.openFollowing(root);
                try {
                    kernel.close(kernel.open(fd, new byte[] {'.'}, LibC.O_RDONLY | LibC.O_DIRECTORY, 0));
                } finally {
                    kernel.close(fd);
                }
            } catch (ErrnoException e) {
                throw e.toPlugin("cannot use the root " + shown);
            }
        }
    }
}

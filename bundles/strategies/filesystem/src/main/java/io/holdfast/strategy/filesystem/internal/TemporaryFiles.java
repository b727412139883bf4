package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.EntryPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Removes the incomplete files of a restore that died. */
final class TemporaryFiles {

    private final Kernel kernel;
    private final KernelChanges changes;

    TemporaryFiles(Kernel kernel) {
        this.kernel = kernel;
        this.changes = new KernelChanges(kernel);
    }

    /** Looks through the whole target: a restore that died does not know any more what it was doing. */
    void remove(Map<String, String> details, TaskContext context) throws PluginException {
        String prefix = details.getOrDefault("prefix", "");
        if (!TemporaryNames.isPrefix(prefix)) {
            throw new PluginException(ErrorKind.INTERNAL, "the journal of a restore names no temporary files");
        }
        byte[] target = InstancePath.parse(details.getOrDefault("target", ""));
        int root;
        try {
            root = openTarget(target);
        } catch (ErrnoException e) {
            if (e.kind() == ErrorKind.NOT_FOUND || e.kind() == ErrorKind.CONFLICT) {
                return; // the target is gone, and with it what lay in it
            }
            throw e.toPlugin("cannot look for incomplete files in " + details.get("target"));
        }
        try {
            sweep(root, prefix.getBytes(StandardCharsets.US_ASCII), context);
        } finally {
            kernel.close(root);
        }
    }

    private int openTarget(byte[] path) throws ErrnoException {
        int top = kernel.open(LibC.AT_FDCWD, new byte[] {'/'}, LibC.O_PATH | LibC.O_DIRECTORY, 0);
        try {
            byte[] below = java.util.Arrays.copyOfRange(path, 1, path.length);
            return kernel.openBelow(top, below, LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
        } finally {
            kernel.close(top);
        }
    }

    private void sweep(int root, byte[] prefix, TaskContext context) throws PluginException {
        Deque<EntryPath> directories = new ArrayDeque<>();
        directories.add(EntryPath.ROOT);
        while (!directories.isEmpty()) {
            context.cancellation().throwIfCancelled();
            EntryPath directory = directories.removeLast();
            try {
                int fd = kernel.openBelow(root, directory.toBytes(), LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
                try {
                    sweep(fd, directory, prefix, directories);
                } finally {
                    kernel.close(fd);
                }
            } catch (ErrnoException e) {
                if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CONFLICT) {
                    context.log().warn("could not look for incomplete files in " + directory + ": " + e.getMessage());
                }
            }
        }
    }

    private void sweep(int fd, EntryPath directory, byte[] prefix, Deque<EntryPath> directories) throws ErrnoException {
        DirectoryListing names = kernel.list(fd);
        while (names.hasNext()) {
            byte[] name = names.next();
            boolean ours = name.length > prefix.length
                    && java.util.Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
            FileStat stat = kernel.stat(fd, name);
            if (ours && !stat.isDirectory()) {
                changes.remove(fd, name);
            } else if (stat.isDirectory()) {
                directories.add(directory.resolve(name));
            }
        }
    }
}

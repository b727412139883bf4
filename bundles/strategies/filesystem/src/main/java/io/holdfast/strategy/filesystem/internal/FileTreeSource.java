package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;

/** The files of one instance, below one open directory. */
final class FileTreeSource implements TreeSource {

    static final String NAME = "root";

    private final Kernel kernel;
    private final Accounts accounts;
    private final int root;
    private final InstanceOptions options;
    private final TaskContext context;
    private final FileSystems systems;

    /** @param root the open directory; it stays the caller's, and open as long as this is used */
    FileTreeSource(Kernel kernel, Accounts accounts, int root, InstanceOptions options, TaskContext context) {
        this.kernel = kernel;
        this.accounts = accounts;
        this.root = root;
        this.options = options;
        this.context = context;
        this.systems = new FileSystems(kernel);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TreeWalk walk(SourceProblems problems) {
        EntryReader reader = new EntryReader(kernel, accounts, context.clock(), options.readAll(), problems);
        return new FileTreeWalk(kernel, root, options, problems, context, reader, systems);
    }

    @Override
    public FileContent open(TreeEntry entry) throws PluginException {
        String attempt = "cannot read " + entry.path();
        int fd;
        try {
            fd = kernel.openToRead(
                    root, entry.path().toBytes(), 0, entry.attributes().userId());
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                // a pipe or socket without anybody at the other end gives ENXIO
                case Errno.ELOOP, Errno.ENOTDIR, Errno.ENXIO, Errno.ENODEV ->
                    new PluginException(
                            ErrorKind.NOT_FOUND,
                            attempt + ": it was replaced by something else since it was listed",
                            e);
                default -> e.toPlugin(attempt);
            };
        }
        boolean kept = false;
        try {
            FileStat stat = kernel.stat(fd);
            if (!stat.isRegular()) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND, attempt + ": it was replaced by something else since it was listed");
            }
            FileSystem system = systems.of(stat.device(), fd);
            OpenFile file = new OpenFile(kernel, fd, entry, stat, system);
            kept = true;
            return file;
        } catch (ErrnoException e) {
            throw e.toPlugin(attempt);
        } finally {
            if (!kept) {
                kernel.close(fd);
            }
        }
    }
}

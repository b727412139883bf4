package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeWalk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a tree from one open directory to the next, never by path, so that nobody who changes the tree meanwhile leads it
 * elsewhere. Keeps a listing for each directory on the way down and at most {@value #MAX_OPEN} of them open.
 */
final class FileTreeWalk implements TreeWalk {

    static final int MAX_OPEN = 100;
    private static final int ENTRIES_BETWEEN_CANCEL_CHECKS = 256;
    private static final int NAMED_MOUNTS = 20;
    private static final byte[] DOT = {'.'};
    private static final byte[] PARENT = {'.', '.'};
    private static final byte[] CACHE_TAG = "CACHEDIR.TAG".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CACHE_SIGNATURE =
            "Signature: 8a477f597d28d172789f06886806bc55".getBytes(StandardCharsets.US_ASCII);

    /** A directory on the way from the root to where the walk is. */
    private static final class Level {
        final EntryPath path;
        final FileStat stat;
        final FileSystem system;
        final DirectoryListing names;
        final boolean in;
        int fd;

        /** The directory's own entry while nothing below it was found to belong to the backup. */
        @Nullable
        TreeEntry withheld;

        Level(EntryPath path, FileStat stat, FileSystem system, DirectoryListing names, boolean in, int fd) {
            this.path = path;
            this.stat = stat;
            this.system = system;
            this.names = names;
            this.in = in;
            this.fd = fd;
        }
    }

    private final Kernel kernel;
    private final int root;
    private final InstanceOptions options;
    private final SourceProblems problems;
    private final TaskContext context;
    private final EntryReader reader;
    private final FileSystems systems;
    private final List<Level> levels = new ArrayList<>();
    private final Deque<TreeEntry> ready = new ArrayDeque<>();
    private final List<String> skippedMounts = new ArrayList<>();
    private int firstOpen;
    private int withheld;
    private boolean started;
    private long visited;
    private long skippedLarge;
    private long skippedCaches;
    private long unmentionedMounts;

    /** @param root the open directory; it stays the caller's */
    FileTreeWalk(
            Kernel kernel,
            int root,
            InstanceOptions options,
            SourceProblems problems,
            TaskContext context,
            EntryReader reader,
            FileSystems systems) {
        this.kernel = kernel;
        this.root = root;
        this.options = options;
        this.problems = problems;
        this.context = context;
        this.reader = reader;
        this.systems = systems;
    }

    @Override
    @Nullable
    public TreeEntry next() throws PluginException {
        if (!started) {
            started = true;
            start();
        }
        while (ready.isEmpty() && !levels.isEmpty()) {
            Level level = levels.get(levels.size() - 1);
            if (!level.names.hasNext()) {
                leave(level);
                continue;
            }
            if (++visited % ENTRIES_BETWEEN_CANCEL_CHECKS == 0) {
                context.cancellation().throwIfCancelled();
            }
            visit(level, level.names.next());
        }
        return ready.poll();
    }

    private void start() throws PluginException {
        try {
            int fd = kernel.openToRead(
                    root, DOT, LibC.O_DIRECTORY, kernel.stat(root).user());
            FileStat stat = kernel.stat(fd);
            DirectoryListing names = list(fd, EntryPath.ROOT);
            push(new Level(
                    EntryPath.ROOT,
                    stat,
                    systems.of(stat.device(), fd),
                    names,
                    options.filter().rootIsIn(),
                    fd));
            ready.add(reader.directory(EntryPath.ROOT, stat, fd));
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot read the instance's directory");
        }
    }

    private void visit(Level level, byte[] name) {
        EntryPath path;
        try {
            path = level.path.resolve(name);
        } catch (IllegalArgumentException e) {
            problems.report(level.path, ErrorKind.UNSUPPORTED, "something in it has a path of more than 65,535 bytes");
            return;
        }
        try {
            FileStat stat = kernel.stat(level.fd, name);
            EntryFilter.Verdict verdict = judge(level, path, stat);
            if (verdict == EntryFilter.Verdict.OUT || !belongs(level, path, stat, name, verdict)) {
                return;
            }
            if (stat.isDirectory()) {
                enter(level, path, stat, name, verdict == EntryFilter.Verdict.IN);
            } else if (stat.isRegular() && stat.size() > options.maxFileSize()) {
                skippedLarge++;
            } else {
                FileSystem system =
                        stat.device() == level.stat.device() ? level.system : systems.of(stat.device(), level.fd, name);
                hand(reader.entry(path, stat, system, level.fd, name));
            }
        } catch (ErrnoException e) {
            problems.report(path, e.kind(), explain(e));
        }
    }

    private static String explain(ErrnoException e) {
        return switch (e.kind()) {
            case NOT_FOUND -> "it vanished while the directory was read";
            case CONFLICT -> "it was replaced by something else while the directory was read";
            default -> "it could not be read: " + e.getMessage();
        };
    }

    private EntryFilter.Verdict judge(Level level, EntryPath path, FileStat stat) {
        if (options.filter().letsEverythingThrough()) {
            return EntryFilter.Verdict.IN;
        }
        return options.filter().judge(path.toBytes(), stat.isDirectory(), level.in);
    }

    /** Whether it is on a file system that is walked. */
    private boolean belongs(Level level, EntryPath path, FileStat stat, byte[] name, EntryFilter.Verdict verdict)
            throws ErrnoException {
        if (stat.device() == level.stat.device()) {
            return true;
        }
        FileSystem.Sort sort = systems.of(stat.device(), level.fd, name).sort();
        if (options.mounts().admits(sort)) {
            return true;
        }
        if (sort != FileSystem.Sort.PSEUDO) {
            if (skippedMounts.size() < NAMED_MOUNTS) {
                skippedMounts.add(path.toString());
            } else {
                unmentionedMounts++;
            }
        }
        if (stat.isDirectory() && verdict == EntryFilter.Verdict.IN) {
            // the mount point itself, so that a restore has a place for the mount
            hand(reader.directory(path, stat, -1));
        }
        return false;
    }

    private void enter(Level parent, EntryPath path, FileStat seen, byte[] name, boolean in) throws ErrnoException {
        int fd;
        try {
            fd = kernel.openToRead(parent.fd, name, LibC.O_DIRECTORY, seen.user());
        } catch (ErrnoException e) {
            if (e.kind() == ErrorKind.NOT_FOUND || e.kind() == ErrorKind.CONFLICT) {
                throw e;
            }
            problems.report(path, e.kind(), "what is in this directory could not be read: " + e.getMessage());
            if (in) {
                hand(reader.directory(path, seen, -1));
            }
            return;
        }
        boolean kept = false;
        try {
            FileStat stat = kernel.stat(fd);
            DirectoryListing names = list(fd, path);
            TreeEntry entry = reader.directory(path, stat, fd);
            if (options.excludeCaches() && isCache(fd)) {
                skippedCaches++;
                names = DirectoryListing.empty();
            }
            Level level = new Level(path, stat, systems.of(stat.device(), fd), names, in, fd);
            if (in) {
                hand(entry);
            } else {
                level.withheld = entry;
                withheld++;
            }
            push(level);
            kept = true;
        } finally {
            if (!kept) {
                kernel.close(fd);
            }
        }
    }

    private DirectoryListing list(int fd, EntryPath path) {
        try {
            return kernel.list(fd);
        } catch (ErrnoException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                problems.report(path, e.kind(), "what is in this directory could not be read: " + e.getMessage());
            }
            return DirectoryListing.empty();
        }
    }

    private boolean isCache(int directory) {
        try {
            int fd = kernel.openToRead(directory, CACHE_TAG, 0, -1);
            try {
                ByteBuffer head = ByteBuffer.allocate(CACHE_SIGNATURE.length);
                return kernel.stat(fd).isRegular()
                        && kernel.read(fd, 0, head) == CACHE_SIGNATURE.length
                        && Arrays.equals(head.array(), CACHE_SIGNATURE);
            } finally {
                kernel.close(fd);
            }
        } catch (ErrnoException e) {
            return false; // no tag, or none that can be read
        }
    }

    /** An entry belongs to the backup, and so do the directories above that were withheld. */
    private void hand(TreeEntry entry) {
        if (withheld > 0) {
            for (Level level : levels) {
                if (level.withheld != null) {
                    ready.add(level.withheld);
                    level.withheld = null;
                }
            }
            withheld = 0;
        }
        ready.add(entry);
    }

    private void push(Level level) {
        levels.add(level);
        if (levels.size() - firstOpen > MAX_OPEN) {
            Level highest = levels.get(firstOpen++);
            kernel.close(highest.fd);
            highest.fd = -1;
        }
    }

    private void leave(Level level) throws PluginException {
        levels.remove(levels.size() - 1);
        if (level.withheld != null) {
            withheld--;
        }
        if (levels.isEmpty()) {
            finish(level);
        } else {
            Level parent = levels.get(levels.size() - 1);
            if (parent.fd < 0) {
                firstOpen = levels.size() - 1;
                parent.fd = reopen(parent, level.fd);
            }
        }
        close(level);
    }

    /** Back up into a directory that was closed to save descriptors; it must be the same one. */
    private int reopen(Level parent, int child) {
        int fd = reopened(child, PARENT, parent);
        if (fd < 0) {
            fd = reopened(root, parent.path.toBytes(), parent);
        }
        if (fd < 0 && parent.names.hasNext()) {
            problems.report(
                    parent.path, ErrorKind.NOT_FOUND, "it was moved while it was read; what is left in it is missing");
            while (parent.names.hasNext()) {
                parent.names.next();
            }
        }
        return fd;
    }

    private int reopened(int from, byte[] path, Level expected) {
        try {
            int flags = LibC.O_RDONLY | LibC.O_DIRECTORY;
            int fd = path == PARENT ? kernel.open(from, path, flags, 0) : kernel.openBelow(from, path, flags, 0);
            if (kernel.stat(fd).sameFile(expected.stat)) {
                return fd;
            }
            kernel.close(fd);
        } catch (ErrnoException e) {
            return -1; // the other way is tried, or the loss reported
        }
        return -1;
    }

    private void finish(Level rootLevel) throws PluginException {
        try {
            if (kernel.stat(root).links() == 0) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND,
                        "the instance's directory was deleted while it was read; nothing is kept of this backup");
            }
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot read the instance's directory any more");
        } finally {
            close(rootLevel);
        }
        if (!skippedMounts.isEmpty()) {
            String more = unmentionedMounts > 0 ? " and " + unmentionedMounts + " more" : "";
            context.log()
                    .info("left out, being other file systems (setting fileSystems): "
                            + String.join(", ", skippedMounts) + more);
        }
        if (skippedLarge > 0) {
            context.log().info("left out " + skippedLarge + " files that are larger than the setting maxFileSize");
        }
        if (skippedCaches > 0) {
            context.log().info("left out the contents of " + skippedCaches + " directories marked as caches");
        }
    }

    private void close(Level level) {
        if (level.fd >= 0) {
            kernel.close(level.fd);
            level.fd = -1;
        }
    }

    @Override
    public void close() {
        levels.forEach(this::close);
        levels.clear();
        ready.clear();
    }
}

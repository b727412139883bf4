package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Recreates a tree below one open directory. Every step takes an open directory and one name, or a path that the kernel resolves
 * without symbolic links: whatever lies in the target or is put there meanwhile, nothing outside is touched.
 */
final class FileTreeTarget implements TreeTarget {

    private static final int MODE_UNTIL_COMPLETE = 0700;

    private final Restore restore;
    private final Kernel kernel;
    private final KernelChanges changes;
    private final TargetPlaces places;
    private final NodeMaker nodes;
    private final boolean rootGetsAttributes;
    private final List<EntryPath> selection;
    private final DirectoryQueue directories;
    private final Map<EntryPath, RestoredFile> linked = new HashMap<>();
    private final Set<FileWriter> writing = ConcurrentHashMap.newKeySet();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private @Nullable EntryPath blocked;
    private boolean ended;

    /**
     * @param root the open target directory; it stays the caller's
     * @param rootGetsAttributes whether the target directory gets the attributes of the backup's root
     * @param selection what is restored; empty for all
     */
    FileTreeTarget(
            Restore restore,
            int root,
            boolean rootGetsAttributes,
            List<EntryPath> selection,
            DirectoryQueue directories) {
        this.restore = restore;
        this.kernel = restore.kernel();
        this.changes = restore.changes();
        this.places = new TargetPlaces(kernel, changes, root);
        this.nodes = new NodeMaker(restore);
        this.rootGetsAttributes = rootGetsAttributes;
        this.selection = selection;
        this.directories = directories;
    }

    @Override
    public boolean add(TreeEntry entry) throws PluginException {
        restore.context().cancellation().throwIfCancelled();
        boolean selected = isSelected(entry.path());
        if (!selected && !(entry.kind() == EntryKind.DIRECTORY && leadsToSelected(entry.path())) || isBlocked(entry)) {
            return false;
        }
        EntryExtra extra = EntryExtra.decode(entry.attributes().extra());
        try {
            boolean done =
                    switch (entry.kind()) {
                        case DIRECTORY -> addDirectory(entry, extra, selected);
                        case HARDLINK -> addHardLink(entry);
                        case FILE -> addEmptyFile(entry);
                        default -> addNode(entry, extra);
                    };
            (done ? made : left).incrementAndGet();
            return done;
        } catch (ErrnoException e) {
            throw failure(entry, e);
        }
    }

    private boolean isSelected(EntryPath path) {
        return selection.isEmpty() || selection.stream().anyMatch(path::startsWith);
    }

    private boolean leadsToSelected(EntryPath path) {
        return selection.stream().anyMatch(chosen -> chosen.startsWith(path));
    }

    /** Whether something that is no directory, and stays by the overwrite rule, is where the entry's directory should be. */
    private boolean isBlocked(TreeEntry entry) {
        if (blocked != null && entry.path().startsWith(blocked)) {
            left.incrementAndGet();
            return true;
        }
        blocked = null;
        return false;
    }

    private boolean addDirectory(TreeEntry entry, EntryExtra extra, boolean selected)
            throws ErrnoException, PluginException {
        if (entry.path().isRoot()) {
            if (rootGetsAttributes && selected) {
                enqueue(entry, false);
            }
            return rootGetsAttributes && selected;
        }
        ParentDirectory parent = places.parentOf(entry.path());
        byte[] name = entry.path().name();
        FileStat existing = places.existing(parent, name);
        if (existing != null && existing.isDirectory()) {
            boolean give = selected && replaces(entry, extra, existing);
            if (give) {
                enqueue(entry, parent.inherits());
            }
            return give;
        }
        if (existing != null) {
            if (!replaces(entry, extra, existing)) {
                blocked = entry.path();
                return false;
            }
            changes.remove(parent.fd(), name);
        }
        changes.makeDirectory(parent.fd(), name, MODE_UNTIL_COMPLETE);
        enqueue(entry, parent.inherits());
        return true;
    }

    private void enqueue(TreeEntry entry, boolean inherits) throws PluginException {
        try {
            directories.add(new DirectoryQueue.Waiting(entry.path(), entry.attributes(), inherits));
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "cannot write to the scratch directory of the task: " + e.getMessage(), e);
        }
    }

    private boolean replaces(TreeEntry entry, EntryExtra extra, FileStat existing) {
        return restore.options()
                .overwrite()
                .replaces(
                        entry,
                        existing,
                        restore.attributes().user(entry.attributes(), extra),
                        restore.attributes().group(entry.attributes(), extra));
    }

    private boolean mayReplace() {
        return restore.options().overwrite() != OverwriteRule.NEVER;
    }

    /** Decides by the rule, and makes way for what replaces a directory. False if what exists stays. */
    private boolean makeWay(TreeEntry entry, EntryExtra extra, ParentDirectory parent, @Nullable FileStat existing)
            throws ErrnoException {
        if (existing == null) {
            return true;
        }
        if (!replaces(entry, extra, existing) && !sameButOtherLink(entry, parent, existing)) {
            return false;
        }
        if (existing.isDirectory()) {
            changes.removeDirectory(parent.fd(), entry.path().name());
        }
        return true;
    }

    /** A symbolic link is as in the backup only if it also points to the same place. */
    private boolean sameButOtherLink(TreeEntry entry, ParentDirectory parent, FileStat existing) throws ErrnoException {
        return entry.kind() == EntryKind.SYMLINK
                && existing.isSymlink()
                && restore.options().overwrite() == OverwriteRule.IF_CHANGED
                && !java.util.Arrays.equals(
                        entry.attributes().linkTarget(),
                        kernel.readLink(parent.fd(), entry.path().name()));
    }

    private boolean addNode(TreeEntry entry, EntryExtra extra) throws ErrnoException, PluginException {
        ParentDirectory parent = places.parentOf(entry.path());
        FileStat existing = places.existing(parent, entry.path().name());
        return makeWay(entry, extra, parent, existing) && nodes.make(entry, extra, parent, mayReplace());
    }

    private boolean addEmptyFile(TreeEntry entry) throws PluginException {
        if (entry.hasContent()) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "the file " + entry.path() + " has content and must be opened to be restored");
        }
        Optional<DiskTarget> target = open(entry);
        if (target.isEmpty()) {
            return false;
        }
        try (DiskTarget file = target.get()) {
            file.complete();
        }
        return true;
    }

    private boolean addHardLink(TreeEntry entry) throws ErrnoException, PluginException {
        EntryPath first;
        try {
            first = EntryPath.of(entry.attributes().linkTarget());
        } catch (IllegalArgumentException e) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "hard link " + entry.path() + " names no valid path", e);
        }
        RestoredFile file = linked.get(first);
        ParentDirectory parent = places.parentOf(entry.path());
        FileStat existing = places.existing(parent, entry.path().name());
        if (existing != null && (!mayReplace() || file != null && file.is(existing))) {
            return false;
        }
        if (file == null) {
            throw notLinkable(entry, first, "which this restore does not include");
        }
        if (existing != null && existing.isDirectory()) {
            changes.removeDirectory(parent.fd(), entry.path().name());
        }
        ParentDirectory held = parent.retain();
        RestoredFile.State state = file.stateOr(() -> linkLater(entry, file, held));
        if (state == RestoredFile.State.WRITING) {
            return true;
        }
        held.release();
        switch (state) {
            case LEFT -> throw notLinkable(entry, first, "which was left as it is by the overwrite rule");
            case FAILED -> throw notLinkable(entry, first, "which could not be restored");
            default -> nodes.link(entry, file, places.root(), parent, mayReplace());
        }
        return true;
    }

    private void linkLater(TreeEntry entry, RestoredFile file, ParentDirectory parent) {
        try {
            if (file.state() == RestoredFile.State.WHOLE) {
                nodes.link(entry, file, places.root(), parent, mayReplace());
            } else {
                restore.notes().add("hard link to a file that could not be restored is missing", entry.path());
            }
        } catch (ErrnoException | PluginException e) {
            restore.notes().add("hard link could not be made (" + e.getMessage() + ")", entry.path());
        } finally {
            parent.release();
        }
    }

    private static PluginException notLinkable(TreeEntry entry, EntryPath first, String why) {
        return new PluginException(
                ErrorKind.UNSUPPORTED,
                "cannot restore " + entry.path() + ": it is a hard link to " + first + ", " + why
                        + "; restore both together");
    }

    @Override
    public Optional<DiskTarget> openFile(TreeEntry entry) throws PluginException {
        restore.context().cancellation().throwIfCancelled();
        if (!isSelected(entry.path()) || isBlocked(entry)) {
            return Optional.empty();
        }
        Optional<DiskTarget> target = open(entry);
        (target.isPresent() ? made : left).incrementAndGet();
        return target;
    }

    private Optional<DiskTarget> open(TreeEntry entry) throws PluginException {
        EntryExtra extra = EntryExtra.decode(entry.attributes().extra());
        if (entry.path().isRoot()) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "the root of a tree cannot be a file");
        }
        try {
            ParentDirectory parent = places.parentOf(entry.path());
            FileStat existing = places.existing(parent, entry.path().name());
            if (!makeWay(entry, extra, parent, existing)) {
                rememberLeft(entry, extra, existing);
                return Optional.empty();
            }
            RestoredFile further =
                    mayBeLinked(entry, extra) ? new RestoredFile(entry.path(), RestoredFile.State.WRITING, 0, 0) : null;
            FileWriter writer = new FileWriter(restore, parent, entry, extra, mayReplace(), further, writing::remove);
            writing.add(writer);
            boolean ready = false;
            try {
                writer.reserve();
                ready = true;
            } finally {
                if (!ready) {
                    writer.close();
                }
            }
            if (further != null) {
                linked.put(entry.path(), further);
            }
            return Optional.of(writer);
        } catch (ErrnoException e) {
            throw failure(entry, e);
        }
    }

    private static boolean mayBeLinked(TreeEntry entry, EntryExtra extra) {
        return extra.linked() || entry.attributes().extra().length == 0;
    }

    private void rememberLeft(TreeEntry entry, EntryExtra extra, @Nullable FileStat existing) {
        if (existing != null && mayBeLinked(entry, extra)) {
            boolean same = restore.options().overwrite() == OverwriteRule.IF_CHANGED;
            RestoredFile.State state = same ? RestoredFile.State.WHOLE : RestoredFile.State.LEFT;
            linked.put(entry.path(), new RestoredFile(entry.path(), state, existing.device(), existing.inode()));
        }
    }

    private static PluginException failure(TreeEntry entry, ErrnoException e) {
        String attempt = "cannot restore " + entry.path();
        return switch (e.kind()) {
            case PERMISSION, QUOTA, UNAVAILABLE, INTERNAL -> e.toPlugin(attempt);
            case TIMEOUT -> e.toPlugin(attempt, ErrorKind.UNAVAILABLE);
            // one entry's trouble: something is in its way
            default -> e.toPlugin(attempt, ErrorKind.UNSUPPORTED);
        };
    }

    @Override
    public void complete() throws PluginException {
        if (!writing.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "the tree cannot be completed while " + writing.size() + " files are open");
        }
        try {
            for (DirectoryQueue.Waiting next = directories.takeLast(); next != null; next = directories.takeLast()) {
                restore.context().cancellation().throwIfCancelled();
                finish(next);
            }
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "cannot read the scratch directory of the task: " + e.getMessage(), e);
        }
        places.sync();
        restore.notes().writeTo(restore.context().log());
    }

    private void finish(DirectoryQueue.Waiting directory) throws PluginException {
        EntryAttributes attributes = directory.attributes();
        try {
            int fd = kernel.openBelow(places.root(), directory.path().toBytes(), LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
            try {
                EntryExtra extra = EntryExtra.decode(attributes.extra());
                restore.attributes()
                        .apply(
                                directory.path(),
                                EntryKind.DIRECTORY,
                                fd,
                                false,
                                attributes,
                                extra,
                                directory.inherits());
                restore.attributes().flags(directory.path(), fd, extra);
            } finally {
                kernel.close(fd);
            }
        } catch (ErrnoException e) {
            if (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.QUOTA) {
                throw e.toPlugin("cannot complete directory " + directory.path());
            }
            restore.notes()
                    .add("directory did not get its attributes (" + Errno.describe(e.errno()) + ")", directory.path());
        }
    }

    long made() {
        return made.get();
    }

    long left() {
        return left.get();
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        Set.copyOf(writing).forEach(FileWriter::close);
        restore.notes().writeTo(restore.context().log());
        places.close();
        try {
            directories.close();
        } catch (IOException e) {
            // the scratch directory goes with the task
        }
    }
}

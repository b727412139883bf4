package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory being restored. */
final class TreeImportSession implements ImportSession {

    private final Kernel kernel;
    private final KernelChanges changes;
    private final Accounts accounts;
    private final byte[] path;
    private final boolean original;
    private final RestoreOptions options;
    private final List<EntryPath> selection;
    private final TaskContext context;

    private SideEffectJournal.@Nullable Entry journalled;
    private @Nullable TargetDirectory target;
    private @Nullable FileTreeTarget tree;
    private boolean completed;

    TreeImportSession(
            Kernel kernel,
            Accounts accounts,
            byte[] path,
            boolean original,
            RestoreOptions options,
            List<EntryPath> selection,
            TaskContext context) {
        this.kernel = kernel;
        this.changes = new KernelChanges(kernel);
        this.accounts = accounts;
        this.path = path;
        this.original = original;
        this.options = options;
        this.selection = selection;
        this.context = context;
    }

    @Override
    public TreeTarget openTree(String name) throws PluginException {
        if (!name.equals(FileTreeSource.NAME)) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "a directory has one tree, '" + FileTreeSource.NAME + "'; there is no place for '" + name + "'");
        }
        if (tree != null) {
            throw new PluginException(ErrorKind.INTERNAL, "the tree of this restore was opened already");
        }
        TemporaryNames names = new TemporaryNames(context.taskId());
        journalled = context.journal().record(TemporaryNames.JOURNAL_KIND, names.journalDetails(path));
        TargetDirectory directory = TargetDirectory.open(kernel, changes, path);
        target = directory;
        RestoreNotes notes = new RestoreNotes();
        AttributeWriter attributes = new AttributeWriter(changes, accounts, options.ownership(), notes);
        Restore restore = new Restore(kernel, changes, options, attributes, names, notes, context);
        try {
            DirectoryQueue queue = new DirectoryQueue(context.scratchDirectory().resolve("restored-directories"));
            boolean rootGetsAttributes = directory.fresh() || original && options.overwrite() != OverwriteRule.NEVER;
            tree = new FileTreeTarget(restore, directory.fd(), rootGetsAttributes, selection, queue);
            return tree;
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.UNAVAILABLE, "cannot write to the scratch directory of the task: " + e.getMessage(), e);
        }
    }

    @Override
    public String complete() throws PluginException {
        if (tree == null) {
            throw new PluginException(ErrorKind.INTERNAL, "the restore was completed before its tree was opened");
        }
        tree.close();
        forget();
        completed = true;
        String rest = tree.left() == 0 ? "" : "; " + tree.left() + " that exist were left as they are";
        return "restored " + tree.made() + " entries to " + InstancePath.format(path) + rest;
    }

    private void forget() throws PluginException {
        if (journalled != null) {
            journalled.undone();
            journalled = null;
        }
    }

    /** Without {@code complete}: incomplete files are gone, files that were whole stay, an empty target that was made goes. */
    @Override
    public void close() {
        if (tree != null) {
            tree.close();
        }
        if (target != null) {
            kernel.close(target.fd());
            if (!completed && target.created()) {
                removeEmptyTarget();
            }
            target = null;
        }
        try {
            forget();
        } catch (PluginException e) {
            context.log().warn("the journal could not be updated; the target will be looked through once more");
        }
    }

    private void removeEmptyTarget() {
        try {
            changes.removeDirectory(LibC.AT_FDCWD, path);
        } catch (ErrnoException e) {
            // not empty: what is whole stays
        }
    }
}

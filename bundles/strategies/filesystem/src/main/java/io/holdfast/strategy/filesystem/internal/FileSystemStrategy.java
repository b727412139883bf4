package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyCapability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Backs up and restores directories of this node. */
final class FileSystemStrategy implements Strategy {

    private static final String KIND = "directory";

    private final Kernel kernel;
    private final Accounts accounts;
    private final InstanceLocator locator;
    private final Capabilities capabilities;

    FileSystemStrategy(Kernel kernel, InstanceLocator locator, Capabilities capabilities) {
        this.kernel = kernel;
        this.accounts = new Accounts(kernel);
        this.locator = locator;
        this.capabilities = capabilities;
    }

    @Override
    public Set<StrategyCapability> capabilities() {
        return Set.of(
                StrategyCapability.IMPORT, StrategyCapability.MANUAL_INSTANCES, StrategyCapability.PARTIAL_IMPORT);
    }

    @Override
    public void test(TaskContext context) throws PluginException {
        locator.checkRoots();
        if (!capabilities.readsEverything()) {
            context.log()
                    .warn(
                            "the node does not run as root and lacks CAP_DAC_READ_SEARCH: files that its user may not read will be"
                                    + " missing in backups, and named there");
        } else if (!capabilities.seesTrustedAttributes()) {
            context.log().info("without CAP_SYS_ADMIN extended attributes of the namespace trusted are not backed up");
        }
        List<String> missing = capabilities.missingForRestore();
        if (!missing.isEmpty()) {
            context.log()
                    .info(
                            "restores will not be able to set everything (owners, device files, permissions of others): the node"
                                    + " lacks " + String.join(", ", missing));
        }
    }

    @Override
    public void inventory(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        throw new PluginException(
                ErrorKind.UNSUPPORTED, "directories are not found by themselves; add an instance by its absolute path");
    }

    @Override
    public InstanceDescription describe(String externalId, TaskContext context) throws PluginException {
        byte[] path = locator.canonical(InstancePath.parse(externalId));
        String id = InstancePath.format(path);
        if (id.length() > 1024) {
            throw InstancePath.invalid("the true path of " + externalId + " has more than 1,024 characters");
        }
        int fd = locator.open(path);
        try {
            checkFileSystem(fd, id);
        } finally {
            kernel.close(fd);
        }
        return new InstanceDescription(id, InstancePath.name(path), KIND, -1, Map.of());
    }

    private FileSystem checkFileSystem(int fd, String shown) throws PluginException {
        try {
            FileSystem system = kernel.fileSystem(fd);
            if (system.sort() == FileSystem.Sort.PSEUDO) {
                throw InstancePath.invalid(shown
                        + " shows the state of the kernel, there are no files to back up; choose another directory");
            }
            return system;
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot examine the file system of " + shown);
        }
    }

    @Override
    public ExportSession openExport(ExportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        InstanceOptions options = InstanceOptions.of(request.settings());
        String shown = request.instance().externalId();
        int root = locator.open(InstancePath.parse(shown));
        boolean kept = false;
        try {
            FileSystem system = checkFileSystem(root, shown);
            if (options.requireMount() && !kernel.stat(root).isMountRoot()) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "nothing is mounted at " + shown + ", and the instance requires it (setting requireMount);"
                                + " mount the file system and try again");
            }
            if (!capabilities.readsEverything()) {
                context.log().info("reading as a user that may not read every file; what is missing is listed");
            }
            FileTreeSource source = new FileTreeSource(kernel, accounts, root, options, context);
            ExportSession session = new TreeExportSession(kernel, root, source, shown, system);
            kept = true;
            return session;
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot read " + shown);
        } finally {
            if (!kept) {
                kernel.close(root);
            }
        }
    }

    @Override
    public ImportSession openImport(ImportRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        RestoreOptions options = RestoreOptions.of(request.settings());
        boolean original = options.target().isEmpty();
        byte[] path = original
                ? InstancePath.parse(request.instance().externalId())
                : InstancePath.literal(options.target().get());
        locator.checkWithinRoots(path);
        return new TreeImportSession(kernel, accounts, path, original, options, request.selection(), context);
    }

    @Override
    public void undo(SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        if (!entry.kind().equals(TemporaryNames.JOURNAL_KIND)) {
            Strategy.super.undo(entry, context);
            return;
        }
        new TemporaryFiles(kernel).remove(entry.details(), context);
        entry.undone();
    }

    @Override
    public void close() {
        // no connection is held
    }
}

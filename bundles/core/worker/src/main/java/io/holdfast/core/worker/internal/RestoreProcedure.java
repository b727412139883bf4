package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.StrategyCapability;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** RESTORE: from the vault into the strategy's import, every byte authenticated on its way. */
final class RestoreProcedure implements Procedure {

    private static final int PROBLEMS_IN_LOG = 20;

    private final VaultLinks vaults;

    RestoreProcedure(VaultLinks vaults) {
        this.vaults = vaults;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        DestinationAccess destination = Need.destination(inputs);
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        task.progress().step("Opening the backup");
        try (VaultLink vault = vaults.open(destination, task.transfer(), departure);
                BackupReader reader = vault.vault().read(backup(task), task.transfer());
                StrategyLink link = vaults.plugins().connect(Need.provider(inputs), departure)) {
            ImportRequest request = request(inputs, reader, link);
            require(link, request);
            task.progress().step("Preparing the restore");
            try (ImportSession target =
                    PluginLinks.with(link.strategy(), () -> link.strategy().openImport(request, task))) {
                return restore(task, reader, target, request);
            }
        }
    }

    private static BackupId backup(RunningTask task) throws PluginException {
        return Backups.id(task.parameter(TaskParameters.BACKUP));
    }

    private static void require(StrategyLink link, ImportRequest request) throws PluginException {
        String name = link.use().description().displayName();
        if (!link.strategy().capabilities().contains(StrategyCapability.IMPORT)) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "The strategy '" + name + "' cannot restore; choose another provider.");
        }
        if (!request.selection().isEmpty()
                && !link.strategy().capabilities().contains(StrategyCapability.PARTIAL_IMPORT)) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "The strategy '" + name + "' cannot restore chosen entries; restore everything, or download them.");
        }
    }

    private static ImportRequest request(TaskInputs inputs, BackupReader reader, StrategyLink link)
            throws PluginException {
        Map<String, byte[]> documents = new HashMap<>(reader.documents());
        byte[] passport = documents.remove(Passport.DOCUMENT);
        InstanceAccess known = Need.instance(inputs);
        InstanceDescription described = passport == null
                ? known.description()
                : Passport.decode(passport).instance();
        List<EntryPath> selection = new ArrayList<>();
        for (byte[] path : inputs.selection()) {
            try {
                selection.add(EntryPath.of(path));
            } catch (IllegalArgumentException e) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "not a path in a backup: " + e.getMessage(), e);
            }
        }
        Settings settings = Settings.of(link.use().description().restoreSchema(), inputs.restoreSettings());
        return new ImportRequest(described, documents, settings, selection);
    }

    private static Result restore(RunningTask task, BackupReader reader, ImportSession target, ImportRequest request)
            throws PluginException {
        task.progress()
                .expect(request.selection().isEmpty() ? reader.summary().stats().logicalBytes() : 0, 0);
        long bytes = 0;
        long entries = 0;
        long skipped = 0;
        long problems = 0;
        for (SourceInfo source : reader.sources()) {
            if (!request.selection().isEmpty() && !selectable(source)) {
                continue;
            }
            task.progress().step("Restoring " + source.name());
            RestoreReport report = restore(task, reader, source, target, request.selection());
            bytes += report.bytes();
            entries += report.entries();
            skipped += report.skipped();
            problems += report.problems().size();
            tell(task, report);
        }
        task.cancellation().throwIfCancelled();
        String made = PluginLinks.with(target, target::complete);
        String text = made + " (" + Sizes.of(bytes) + ", " + Sizes.count(entries, "entry", "entries")
                + (skipped > 0 ? ", " + skipped + " left as they were" : "")
                + (problems > 0 ? ", " + problems + " could not be restored" : "") + ")";
        return Result.done(text).withWarnings(problems > 0);
    }

    private static boolean selectable(SourceInfo source) {
        return source.shape() == SourceInfo.Shape.TREE || source.shape() == SourceInfo.Shape.ITEMS;
    }

    private static RestoreReport restore(
            RunningTask task, BackupReader reader, SourceInfo source, ImportSession session, List<EntryPath> selection)
            throws PluginException {
        String name = source.name();
        TransferContext context = task.transfer();
        switch (source.shape()) {
            case DISK -> {
                try (DiskTarget t = PluginLinks.with(session, () -> session.openDisk(name, source.size()))) {
                    return reader.restoreDisk(name, t, task.progress(), context);
                }
            }
            case TREE -> {
                try (TreeTarget t = PluginLinks.with(session, () -> session.openTree(name))) {
                    return reader.restoreTree(name, selection, t, task.progress(), context);
                }
            }
            case STREAM -> {
                try (StreamTarget t = PluginLinks.with(session, () -> session.openStream(name))) {
                    return reader.restoreStream(name, t, task.progress(), context);
                }
            }
            case ITEMS -> {
                try (ItemTarget t = PluginLinks.with(session, () -> session.openItems(name))) {
                    return reader.restoreItems(name, i -> chosen(i, selection), t, task.progress(), context);
                }
            }
        }
        throw new IllegalStateException("unknown shape " + source.shape());
    }

    private static boolean chosen(ItemChange item, List<EntryPath> selection) {
        return selection.isEmpty()
                || selection.stream().anyMatch(s -> item.path().startsWith(s));
    }

    private static void tell(RunningTask task, RestoreReport report) {
        List<Problem> problems = report.problems();
        if (report.mendedPacks() > 0) {
            task.log()
                    .warn(report.mendedPacks() + " damaged packs were read correctly by way of their parity;"
                            + " verify the destination to have them repaired");
        }
        for (Problem p : problems.subList(0, Math.min(PROBLEMS_IN_LOG, problems.size()))) {
            task.log().warn(p.source() + ": " + p.path() + ": " + p.message());
        }
        if (problems.size() > PROBLEMS_IN_LOG) {
            task.log().warn(problems.size() - PROBLEMS_IN_LOG + " further entries could not be restored");
        }
    }
}

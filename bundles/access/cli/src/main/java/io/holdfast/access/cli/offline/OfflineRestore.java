package io.holdfast.access.cli.offline;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.core.vault.SourceInfo;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.ItemChange;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.ItemTarget;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.spi.strategy.StreamTarget;
import io.holdfast.spi.strategy.TreeTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One restore into a directory: trees by the strategy for directories, everything else as plain files, whatever it came
 * from.
 */
final class OfflineRestore {

    private static final String FILE_SYSTEM = "filesystem";
    /** What the strategy for directories calls its one tree. */
    private static final String TREE = "root";

    private final BackupReader reader;
    private final RestoreChoice choice;
    private final Workplace workplace;
    private final Stop stop;
    private final Progress progress;
    private final TransferContext context;
    private final PlainFiles files;

    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private long bytes;
    private long entries;
    private long skipped;
    private long mendedPacks;

    OfflineRestore(BackupReader reader, RestoreChoice choice, Workplace workplace, Stop stop, Progress progress) {
        this.reader = reader;
        this.choice = choice;
        this.workplace = workplace;
        this.stop = stop;
        this.progress = progress;
        this.context = stop.transfers();
        this.files = new PlainFiles(choice.target());
    }

    RestoreOutcome run() throws PluginException {
        BackupOrigin origin = OfflineVault.origin(reader);
        progress.expect(choice.selection().isEmpty() ? reader.summary().stats().logicalBytes() : 0, 0);
        for (SourceInfo source : reader.sources()) {
            if (!chosen(source)) {
                continue;
            }
            progress.step("Restoring " + source.name());
            try {
                add(restore(source, origin));
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                problems.add(source.name() + ": " + e.getMessage());
            }
        }
        stop.throwIfCancelled();
        if (entries + skipped == 0 && problems.isEmpty() && !choice.selection().isEmpty()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "the backup has nothing of that name: " + choice.selection() + "; paths are relative to its root");
        }
        return new RestoreOutcome(bytes, entries, skipped, problems, documents(origin), mendedPacks);
    }

    /** A disk or stream is chosen by its name; a tree or items by what is in them. */
    private boolean chosen(SourceInfo source) {
        return choice.selection().isEmpty()
                || source.shape() == SourceInfo.Shape.TREE
                || source.shape() == SourceInfo.Shape.ITEMS
                || choice.selection().stream().anyMatch(s -> s.toString().equals(source.name()));
    }

    private void add(RestoreReport report) {
        bytes += report.bytes();
        entries += report.entries();
        skipped += report.skipped();
        mendedPacks = Math.max(mendedPacks, report.mendedPacks());
        for (Problem problem : report.problems()) {
            problems.add(problem.path() + ": " + problem.message());
        }
    }

    private RestoreReport restore(SourceInfo source, BackupOrigin origin) throws PluginException {
        String name = source.name();
        switch (source.shape()) {
            case DISK -> {
                try (DiskTarget target = files.disk(name, source.size())) {
                    return counted(reader.restoreDisk(name, target, progress, context));
                }
            }
            case TREE -> {
                return tree(name, origin);
            }
            case STREAM -> {
                try (StreamTarget target = files.stream(name)) {
                    return counted(reader.restoreStream(name, target, progress, context));
                }
            }
            case ITEMS -> {
                try (ItemTarget target = files.items(name)) {
                    return reader.restoreItems(name, this::chosen, target, progress, context);
                }
            }
        }
        throw new IllegalStateException("unknown shape " + source.shape());
    }

    /** A disk or stream is one entry, whatever its report counts. */
    private static RestoreReport counted(RestoreReport report) {
        return new RestoreReport(report.bytes(), 1, report.skipped(), report.problems(), report.mendedPacks());
    }

    private boolean chosen(ItemChange item) {
        return choice.selection().isEmpty()
                || choice.selection().stream().anyMatch(s -> item.path().startsWith(s));
    }

    private RestoreReport tree(String name, BackupOrigin origin) throws PluginException {
        Path target = isDirectory(origin) ? choice.target() : choice.target().resolve(PlainFiles.fileName(name));
        StrategyType type = Plugins.strategy(FILE_SYSTEM);
        Settings connection = Settings.of(type.schema(), Map.of());
        RestoreTask task = RestoreTask.with(stop, progress, problems::add, workplace.directory("scratch"));
        try (Strategy strategy = type.connect(connection, workplace);
                ImportSession session = strategy.openImport(request(type, origin, target), task)) {
            RestoreReport report;
            try (TreeTarget tree = session.openTree(TREE)) {
                report = reader.restoreTree(name, choice.selection(), tree, progress, context);
            }
            session.complete();
            return report;
        }
    }

    private ImportRequest request(StrategyType type, BackupOrigin origin, Path target) throws PluginException {
        Map<String, List<String>> settings = new HashMap<>();
        settings.put("target", List.of(target.toString()));
        settings.put("overwrite", List.of(choice.overwrite()));
        List<EntryPath> selection = choice.selection();
        return new ImportRequest(
                origin.instance(), reader.documents(), Settings.of(type.restoreSchema(), settings), selection);
    }

    /** Whether the strategy that made the backup restores it here as well. */
    private static boolean isDirectory(BackupOrigin origin) {
        return origin.strategy().equals(FILE_SYSTEM);
    }

    /**
     * Documents are what a strategy needs beside the data, such as the description of a machine. That of a directory got its
     * own with the import, and they are no part of the tree.
     */
    private int documents(BackupOrigin origin) throws PluginException {
        if (!choice.selection().isEmpty() || isDirectory(origin)) {
            return 0;
        }
        Map<String, byte[]> documents = new HashMap<>(reader.documents());
        documents.remove(BackupOrigin.DOCUMENT);
        try {
            files.documents(documents);
            return documents.size();
        } catch (IOException e) {
            throw PlainFiles.failed("write the documents of the backup", e);
        }
    }
}

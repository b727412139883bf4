package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.FileContent;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.spi.strategy.TreeTarget;
import io.holdfast.testkit.fake.ManualClock;
import io.holdfast.testkit.fake.MemoryJournal;
import io.holdfast.testkit.fake.RecordingProgress;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.RecordingTaskLog;
import io.holdfast.testkit.fake.TestCancellation;
import io.holdfast.testkit.fake.TestPluginContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Does with the strategy what the core does: reads trees, keeps them in memory, writes them back with several threads. */
final class Appliance implements AutoCloseable {

    private static final int BUFFER = 256 * 1024;

    final ManualClock clock = new ManualClock(Instant.now().plusSeconds(3600));
    final RecordingTaskContext context;
    final Strategy strategy;
    final List<Problem> problems = new java.util.concurrent.CopyOnWriteArrayList<>();

    record Problem(EntryPath path, ErrorKind kind, String message) {}

    /** One file's content: what was read, and where holes were. */
    record Kept(TreeEntry entry, Map<Long, byte[]> parts, boolean changed) {}

    /** A backup in memory. */
    record Backup(InstanceDescription instance, Map<String, byte[]> metadata, List<Kept> entries) {
        Kept entry(String path) {
            return entries.stream()
                    .filter(kept -> kept.entry().path().equals(EntryPath.of(path)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no entry " + path));
        }

        List<String> paths() {
            return entries.stream().map(kept -> kept.entry().path().toString()).toList();
        }
    }

    Appliance(Path scratch, String... roots) throws PluginException {
        FileSystemStrategyType type = new FileSystemStrategyType();
        Map<String, List<String>> given = roots.length == 0 ? Map.of() : Map.of("roots", List.of(roots));
        this.context = context(scratch);
        this.strategy = type.connect(Settings.of(type.schema(), given), TestPluginContext.in(scratch));
    }

    /** On a kernel of the test's choice. */
    Appliance(Path scratch, Kernel kernel) throws PluginException {
        this.context = context(scratch);
        this.strategy = new FileSystemStrategy(
                kernel, new InstanceLocator(kernel, List.of(InstancePath.literal("/"))), Capabilities.ofThisProcess());
    }

    private RecordingTaskContext context(Path scratch) {
        return new RecordingTaskContext(
                "task-1",
                new TestCancellation(),
                new RecordingProgress(),
                new RecordingTaskLog(),
                new MemoryJournal(),
                clock,
                scratch);
    }

    static Settings instanceSettings(Object... namesAndValues) throws PluginException {
        return Settings.of(InstanceOptions.SCHEMA, map(namesAndValues));
    }

    static Settings restoreSettings(Object... namesAndValues) throws PluginException {
        return Settings.of(RestoreOptions.SCHEMA, map(namesAndValues));
    }

    private static Map<String, List<String>> map(Object... namesAndValues) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            List<String> values = new ArrayList<>();
            if (value instanceof List<?> list) {
                list.forEach(element -> values.add(element.toString()));
            } else {
                values.add(value.toString());
            }
            map.put(namesAndValues[i].toString(), values);
        }
        return map;
    }

    InstanceDescription describe(Path directory) throws PluginException {
        return strategy.describe(InstancePath.format(Natives.bytes(directory)), context);
    }

    Backup backup(Path directory, Object... settings) throws PluginException {
        return backup(describe(directory), settings);
    }

    Backup backup(InstanceDescription instance, Object... settings) throws PluginException {
        ExportRequest request = new ExportRequest(instance, instanceSettings(settings), Optional.empty());
        try (ExportSession session = strategy.openExport(request, context)) {
            TreeSource source = (TreeSource) session.sources().get(0);
            List<Kept> kept = new ArrayList<>();
            try (TreeWalk walk = source.walk((path, kind, message) -> problems.add(new Problem(path, kind, message)))) {
                for (TreeEntry entry = walk.next(); entry != null; entry = walk.next()) {
                    read(source, entry).ifPresent(kept::add);
                }
            }
            session.readingDone();
            session.committed();
            return new Backup(instance, session.metadata(), kept);
        }
    }

    private Optional<Kept> read(TreeSource source, TreeEntry entry) throws PluginException {
        Map<Long, byte[]> parts = new LinkedHashMap<>();
        if (!entry.hasContent()) {
            return Optional.of(new Kept(entry, parts, false));
        }
        try (FileContent content = source.open(entry)) {
            long at = 0;
            while (at < content.size()) {
                Extent extent = content.extents(at, content.size() - at).get(0);
                if (extent.state() == Extent.State.DATA && !read(content, extent, parts)) {
                    break;
                }
                at = extent.end();
            }
            return Optional.of(new Kept(entry, parts, content.changedWhileRead()));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.PERMISSION) {
                throw e;
            }
            problems.add(new Problem(entry.path(), e.kind(), e.getMessage()));
            return Optional.empty();
        }
    }

    private static boolean read(FileContent content, Extent extent, Map<Long, byte[]> parts) throws PluginException {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, extent.length()));
        for (long at = extent.offset(); at < extent.end(); ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), extent.end() - at));
            int n = content.read(at, buffer);
            if (n < 0) {
                return false;
            }
            byte[] part = new byte[n];
            buffer.flip().get(part);
            parts.put(at, part);
            at += n;
        }
        return true;
    }

    String restore(Backup backup, List<EntryPath> selection, Object... settings) throws PluginException {
        ImportRequest request =
                new ImportRequest(backup.instance(), backup.metadata(), restoreSettings(settings), selection);
        try (ImportSession session = strategy.openImport(request, context)) {
            try (TreeTarget target = session.openTree("root")) {
                restoreInto(target, backup.entries());
                target.complete();
            }
            return session.complete();
        }
    }

    /** Restores everything with the threads of this executor. */
    void restoreWith(Backup backup, Path to, Executor writers) throws PluginException {
        ImportRequest request =
                new ImportRequest(backup.instance(), backup.metadata(), restoreSettings("target", to), List.of());
        try (ImportSession session = strategy.openImport(request, context);
                TreeTarget target = session.openTree("root")) {
            restoreInto(target, backup.entries(), writers);
            target.complete();
            session.complete();
        }
    }

    void restoreInto(TreeTarget target, List<Kept> entries) throws PluginException {
        ExecutorService writers = Executors.newFixedThreadPool(3);
        try {
            restoreInto(target, entries, writers);
        } finally {
            writers.shutdown();
        }
    }

    private void restoreInto(TreeTarget target, List<Kept> entries, Executor writers) throws PluginException {
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (Kept kept : entries) {
                restore(target, kept, writers, writing);
            }
            for (Future<?> each : writing) {
                each.get();
            }
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof PluginException failure) {
                throw failure;
            }
            throw new AssertionError(e);
        }
    }

    private void restore(TreeTarget target, Kept kept, Executor writers, List<Future<?>> writing)
            throws PluginException {
        try {
            if (kept.entry().kind() == EntryKind.FILE) {
                Optional<DiskTarget> file = target.openFile(kept.entry());
                file.ifPresent(disk -> {
                    FutureTask<Void> task = new FutureTask<>(() -> {
                        write(disk, kept);
                        return null;
                    });
                    writers.execute(task);
                    writing.add(task);
                });
            } else {
                target.add(kept.entry());
            }
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.PERMISSION && e.kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            problems.add(new Problem(kept.entry().path(), e.kind(), e.getMessage()));
        }
    }

    static void write(DiskTarget disk, Kept kept) throws PluginException {
        try (disk) {
            for (Map.Entry<Long, byte[]> part : kept.parts().entrySet()) {
                disk.write(part.getKey(), ByteBuffer.wrap(part.getValue()));
            }
            disk.complete();
        }
    }

    @Override
    public void close() {
        strategy.close();
    }

    static Path directory(Path parent, String name) throws IOException {
        return Files.createDirectories(parent.resolve(name));
    }
}

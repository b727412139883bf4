package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.InstanceSnapshots;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node as a component: works while there is a control plane, and lets people look into backups. */
@Component(
        service = {BackupContents.class, InstanceSnapshots.class},
        immediate = true,
        configurationPid = "io.holdfast.core.worker")
@Designate(ocd = WorkerConfiguration.class)
public final class WorkerComponent implements BackupContents, InstanceSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerComponent.class);

    private final Worker worker;
    private final ContentsService contents;
    private final SnapshotLists snapshots;

    @Activate
    public WorkerComponent(
            BundleContext bundle,
            @Reference ControlPlane plane,
            @Reference PluginRegistry registry,
            @Reference VaultFactory vaults,
            WorkerConfiguration configuration)
            throws PluginException, IOException {
        WorkerSettings settings = settings(configuration, bundle.getDataFile("").toPath());
        Clock clock = Clock.systemUTC();
        worker = new Worker(settings, plane, registry, vaults, clock, System::nanoTime);
        contents = new ContentsService(settings, plane, registry, vaults, clock);
        snapshots = new SnapshotLists(settings, plane, registry, clock);
    }

    @Deactivate
    void stop() {
        contents.close();
        worker.close();
    }

    /** Without a configured directory it lies beside Karaf's own data, because a bundle's data goes with the bundle. */
    static WorkerSettings settings(WorkerConfiguration c, Path bundleData) throws IOException {
        String karaf = System.getProperty("karaf.data", "");
        Path usual = karaf.isEmpty() ? bundleData : Path.of(karaf, "node");
        Path directory = c.directory().isEmpty() ? usual : Path.of(c.directory());
        Files.createDirectories(directory);
        Map<TaskKind, Integer> slots =
                new EnumMap<>(WorkerSettings.standard("", directory).slots());
        slots.put(TaskKind.INVENTORY, c.slots_inventory());
        slots.put(TaskKind.EXPORT, c.slots_export());
        slots.put(TaskKind.STORE, c.slots_store());
        slots.put(TaskKind.RESTORE, c.slots_restore());
        slots.put(TaskKind.VERIFY, c.slots_verify());
        slots.put(TaskKind.PRUNE, c.slots_prune());
        slots.put(TaskKind.MOUNT, c.slots_mount());
        slots.put(TaskKind.SNAPSHOT, c.slots_snapshot());
        slots.put(TaskKind.COPY, c.slots_copy());
        String id = c.node_id().isEmpty() ? keptId(directory.resolve("node.id")) : c.node_id();
        String name = c.node_name().isEmpty() ? machineName(id) : c.node_name();
        return new WorkerSettings(
                id,
                name,
                slots,
                directory,
                (long) c.staging_least_mib() << 20,
                Duration.ofSeconds(c.browse_idle_seconds()),
                Duration.ofSeconds(c.prune_wait_seconds()),
                bandwidth(c.bandwidth()),
                bandwidth(c.bandwidth_verification()));
    }

    /** A mistake in a limit must not keep a node from making backups. */
    private static Bandwidth bandwidth(String[] rules) {
        try {
            return Bandwidth.parse(List.of(rules));
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "{}. Until that is corrected (configuration io.holdfast.core.worker) there is no limit",
                    e.getMessage());
            return Bandwidth.UNLIMITED;
        }
    }

    private static String keptId(Path file) throws IOException {
        if (Files.exists(file)) {
            String kept = Files.readString(file, StandardCharsets.UTF_8).trim();
            if (!kept.isEmpty()) {
                return kept;
            }
        }
        String fresh = UUID.randomUUID().toString();
        Files.writeString(file, fresh + "\n", StandardCharsets.UTF_8);
        return fresh;
    }

    private static String machineName(String otherwise) {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return otherwise;
        }
    }

    @Override
    public List<SourceInfo> sources(String backupId) throws PluginException {
        return contents.sources(backupId);
    }

    @Override
    public List<Entry> list(String backupId, String source, EntryPath directory, byte @Nullable [] after, int limit)
            throws PluginException {
        return contents.list(backupId, source, directory, after, limit);
    }

    @Override
    public List<SnapshotInfo> list(String instanceId) throws PluginException {
        return snapshots.list(instanceId);
    }

    @Override
    public Optional<Entry> stat(String backupId, String source, EntryPath path) throws PluginException {
        return contents.stat(backupId, source, path);
    }

    @Override
    public InputStream read(String backupId, String source, EntryPath path, long offset, long length)
            throws PluginException {
        return contents.read(backupId, source, path, offset, length);
    }

    @Override
    public List<Problem> problems(String backupId, long offset, int limit) throws PluginException {
        return contents.problems(backupId, offset, limit);
    }
}

package io.holdfast.core.worker.internal;

import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.LeaseKey;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.NodeInfo;
import io.holdfast.core.worker.NodeTerms;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: asks for work, runs it, reports on it. One thread asks and reports, one waits for the control plane's signal,
 * each task has its own. While nothing runs, both of them sleep.
 */
public final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final long STOP_SECONDS = 10;

    private final WorkerSettings settings;
    private final ControlPlane plane;
    private final PluginLinks plugins;
    private final Staging staging;
    private final TaskRunner runner;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Throttle bandwidth;
    private final Throttle verification;
    private final Path scratch;
    private final Map<LeaseKey, RunningTask> running = new ConcurrentHashMap<>();
    private final ExecutorService tasks;
    private final PluginRegistry.Subscription pluginNews;
    private final Thread asking;
    private final Thread listening;
    private final Object monitor = new Object();
    private boolean awake;
    private volatile boolean stopping;
    private volatile Duration longestWait = Duration.ofSeconds(30);
    private volatile Duration heartbeat = Duration.ofSeconds(1);

    /**
     * Starts a node.
     *
     * @throws PluginException {@code CONFLICT} if another process uses its directory; {@code INVALID_CONFIG} if it cannot
     *     be used
     */
    public Worker(
            WorkerSettings settings,
            ControlPlane plane,
            PluginRegistry registry,
            VaultFactory vaults,
            Clock clock,
            LongSupplier nanos)
            throws PluginException {
        this.settings = settings;
        this.plane = plane;
        this.clock = clock;
        this.nanos = nanos;
        this.bandwidth = new Throttle(settings.bandwidth(), clock, nanos);
        this.verification = new Throttle(settings.verification(), clock, nanos);
        this.staging = new Staging(settings.directory().resolve("staging"), settings.leastStagingBytes());
        this.scratch = settings.directory().resolve("scratch");
        Directories.delete(scratch);
        this.plugins = new PluginLinks(registry, settings.directory().resolve("state"), clock);
        this.runner = new TaskRunner(plane, procedures(new VaultLinks(plugins, vaults)));
        AtomicInteger count = new AtomicInteger();
        this.tasks = Executors.newCachedThreadPool(r -> daemon(r, "holdfast-task-" + count.incrementAndGet()));
        this.pluginNews = registry.subscribe((plugin, installed) -> wake());
        this.asking = daemon(this::ask, "holdfast-worker");
        this.listening = daemon(this::listen, "holdfast-worker-signal");
        asking.start();
    }

    private Map<TaskKind, Procedure> procedures(VaultLinks vaults) {
        Sessions sessions = new Sessions();
        ProviderProcedures providers = new ProviderProcedures(plane, plugins);
        MaintenanceProcedures maintenance = new MaintenanceProcedures(plane, vaults, settings.collectWait());
        Map<TaskKind, Procedure> all = new EnumMap<>(TaskKind.class);
        all.put(TaskKind.INVENTORY, providers::inventory);
        all.put(TaskKind.EXPORT, new ExportProcedure(plane, vaults, staging, sessions));
        all.put(TaskKind.STORE, new StoreProcedure(plane, vaults, staging, sessions));
        all.put(TaskKind.RESTORE, new RestoreProcedure(vaults));
        all.put(TaskKind.VERIFY, maintenance::verify);
        all.put(TaskKind.PRUNE, maintenance::prune);
        all.put(TaskKind.ATTACH, new AttachProcedure(vaults));
        all.put(TaskKind.KEYS, new KeysProcedure(vaults));
        all.put(TaskKind.REBUILD, new RebuildProcedure(plane, vaults));
        all.put(TaskKind.MOUNT, new MountProcedure(plane, vaults, settings.mounts()));
        all.put(TaskKind.PROVE, new ProveProcedure(plane, vaults, nanos));
        all.put(TaskKind.CLEANUP, providers::cleanUp);
        all.put(TaskKind.SNAPSHOT, new SnapshotProcedure(plane, plugins));
        all.put(TaskKind.COPY, new CopyProcedure(plane, vaults, settings.copies()));
        return all;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // ---- asking and reporting

    private void ask() {
        try {
            register();
            listening.start();
            while (!stopping) {
                boolean good = serve();
                Duration pause = running.isEmpty() ? longestWait : heartbeat;
                sleep(good ? pause : AFTER_FAILURE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        }
    }

    private void register() throws InterruptedException {
        while (!stopping) {
            try {
                NodeTerms terms = plane.register(new NodeInfo(settings.nodeId(), settings.name(), Map.of()));
                longestWait = terms.longestWait();
                heartbeat = terms.heartbeatInterval();
                plugins.appliance(terms.applianceId());
                staging.sweep(terms.neededStaging());
                Directories.deleteOthers(settings.mounts(), terms.mounts());
                return;
            } catch (PluginException | RuntimeException e) {
                LOG.warn("the node cannot register with the control plane yet: {}", e.getMessage());
                sleep(AFTER_FAILURE);
            }
        }
    }

    /** Reports and asks once; false if the control plane did not answer. */
    private boolean serve() {
        try {
            report();
            lease();
            return true;
        } catch (PluginException e) {
            LOG.warn("the control plane does not answer: {}; running tasks go on", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.error("the node met a defect while asking for work", e);
            return false;
        }
    }

    private void report() throws PluginException {
        List<RunningTask> reported = List.copyOf(running.values());
        if (reported.isEmpty()) {
            return;
        }
        Map<RunningTask, List<LogLine>> lines = new HashMap<>();
        List<TaskReport> reports = new ArrayList<>();
        for (RunningTask task : reported) {
            List<LogLine> taken = task.lines().take();
            lines.put(task, taken);
            reports.add(task.report(taken));
        }
        try {
            for (LeaseAnswer answer : plane.heartbeat(settings.nodeId(), reports)) {
                obey(answer);
            }
        } catch (PluginException | RuntimeException e) {
            lines.forEach((task, taken) -> task.lines().putBack(taken));
            throw e;
        }
    }

    private void obey(LeaseAnswer answer) {
        RunningTask task = running.get(answer.key());
        if (task == null || answer.state() == LeaseAnswer.State.VALID) {
            return;
        }
        switch (answer.state()) {
            case MOVE -> task.wish(TaskParameters.MOVE);
            case DISCARD -> task.wish(TaskParameters.DISCARD);
            case LOST -> task.stopper().cancel(StopReason.LEASE_LOST);
            default -> task.stopper().cancel(StopReason.CANCELLED);
        }
    }

    private void lease() throws PluginException {
        Map<TaskKind, Integer> free = new EnumMap<>(TaskKind.class);
        free.putAll(settings.slots());
        running.values().forEach(t -> free.merge(t.lease().kind(), -1, Integer::sum));
        Map<TaskKind, String> refusals = new EnumMap<>(TaskKind.class);
        staging.refusal().ifPresent(why -> {
            free.put(TaskKind.EXPORT, 0);
            refusals.put(TaskKind.EXPORT, why);
        });
        if (stopping) {
            return;
        }
        LeaseRequest request = new LeaseRequest(
                settings.nodeId(), free, refusals, installed(PluginKind.STRATEGY), installed(PluginKind.DESTINATION));
        for (TaskLease lease : plane.lease(request)) {
            start(lease);
        }
    }

    private Set<String> installed(PluginKind kind) {
        return plugins.registry().list(kind).stream().map(PluginDescription::id).collect(Collectors.toSet());
    }

    private void start(TaskLease lease) {
        List<Throttle> limits = lease.kind() == TaskKind.VERIFY ? List.of(bandwidth, verification) : List.of(bandwidth);
        RunningTask task = new RunningTask(lease, plane, settings.nodeId(), scratch, clock, nanos, limits);
        running.put(lease.key(), task);
        if (stopping) {
            task.stopper().cancel(StopReason.NODE_STOPS);
        }
        tasks.execute(() -> {
            Thread thread = Thread.currentThread();
            String idle = thread.getName();
            thread.setName(idle + "-" + lease.kind() + "-" + lease.key().taskId());
            try {
                runner.run(task);
            } finally {
                thread.setName(idle);
                running.remove(lease.key());
                wake();
            }
        });
    }

    // ---- waiting

    private void listen() {
        long seen = 0;
        try {
            while (!stopping) {
                try {
                    long now = plane.awaitChange(settings.nodeId(), seen, longestWait);
                    if (now > seen) {
                        seen = now;
                        wake();
                    }
                } catch (PluginException | RuntimeException e) {
                    pause(AFTER_FAILURE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        }
    }

    private void wake() {
        synchronized (monitor) {
            awake = true;
            monitor.notifyAll();
        }
    }

    private void sleep(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (monitor) {
            while (!awake && !stopping) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    break;
                }
                monitor.wait(millis);
            }
            awake = false;
        }
    }

    /** Waits whether or not anybody wakes the node. */
    private void pause(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        synchronized (monitor) {
            while (!stopping) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return;
                }
                monitor.wait(millis);
            }
        }
    }

    /** Stops: running tasks go back to the queue. Waits for them for a bounded time. */
    @Override
    public void close() {
        stopping = true;
        pluginNews.close();
        wake();
        running.values().forEach(t -> t.stopper().cancel(StopReason.NODE_STOPS));
        tasks.shutdown();
        try {
            if (!tasks.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} tasks did not end within {} s; they are interrupted", running.size(), STOP_SECONDS);
                tasks.shutdownNow();
            }
        } catch (InterruptedException e) {
            tasks.shutdownNow();
            Thread.currentThread().interrupt();
        }
        asking.interrupt();
        listening.interrupt();
        staging.close();
    }
}

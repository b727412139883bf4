package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.dispatch.fixture.MemoryCatalog;
import io.holdfast.core.plugins.internal.PluginsByHand;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.core.worker.internal.ContentsService;
import io.holdfast.core.worker.internal.Worker;
import io.holdfast.core.worker.internal.WorkerSettings;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.StrategyType;
import io.holdfast.testkit.fake.FakeHypervisor;
import io.holdfast.testkit.fake.FakeHypervisorType;
import io.holdfast.testkit.fake.MemoryDestinationType;
import io.holdfast.testkit.fake.MemoryStore;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A whole appliance in one process: dispatcher, node, vault; provider, destination and catalogue in memory. */
final class Appliance implements AutoCloseable {

    static final String INSTANCE = "instance-1";
    private static final Duration LONG = Duration.ofSeconds(60);

    final MemoryCatalog catalog = new MemoryCatalog();
    final MemoryAssets assets = new MemoryAssets(catalog);
    final FakeHypervisor hypervisor = new FakeHypervisor();
    final PluginsByHand plugins = new PluginsByHand();
    final MemoryStore store;
    StrategyType strategy;
    DestinationType destination;
    private final Path directory;
    private final AtomicLong ids = new AtomicLong();
    Wire wire;
    DispatchComponent server;
    Worker node;
    ContentsService contents;
    private VaultFactory vaults;

    Appliance(Path directory) throws Exception {
        this(directory, new MemoryStore(), s -> s, d -> d);
    }

    Appliance(
            Path directory,
            MemoryStore store,
            UnaryOperator<StrategyType> strategies,
            UnaryOperator<DestinationType> destinations)
            throws Exception {
        this.directory = directory;
        this.store = store;
        strategy = strategies.apply(new FakeHypervisorType(hypervisor));
        destination = destinations.apply(new MemoryDestinationType(store));
        plugins.add(strategy);
        plugins.add(destination);
        catalog.providers().add(new Provider("p1", "fake-hypervisor", "provider", Map.of(), Health.unknown()));
        catalog.destinations()
                .add(new Destination("d1", "memory", "destination", Map.of(), "", Health.unknown(), null, null));
        catalog.instances()
                .add(new Instance(
                        INSTANCE, "p1", "vm1", "vm1", "machine", 10, Map.of(), Map.of(), true, Instant.EPOCH));
        startServer();
        startNode("node-1");
        Workflow attached = run(new WorkflowRequest.CreateVault("d1", null));
        if (attached.state() != io.holdfast.core.catalog.WorkflowState.FINISHED) {
            throw new AssertionError(attached);
        }
    }

    void startServer() {
        IdSource source = () -> String.format("%08d", ids.incrementAndGet());
        DispatchSettings s = DispatchSettings.standard();
        DispatchSettings quick = new DispatchSettings(
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                s.longestWait(),
                s.total(),
                s.perProvider(),
                s.perDestination(),
                s.startWithin(),
                new DispatchSettings.Retry(3, 5, Duration.ofMillis(50), Duration.ofMillis(200)),
                s.keepWorkflows());
        server = new DispatchComponent(
                catalog,
                assets,
                "appliance",
                quick,
                new Dispatcher.Surroundings(Clock.systemUTC(), System::nanoTime, new Random(1), source, source::next));
    }

    void startNode(String id) throws PluginException {
        wire = new Wire();
        WorkerSettings settings = WorkerSettings.standard(id, directory.resolve(id));
        VaultRuntime runtime = new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                directory.resolve(id).resolve("cache"),
                2,
                2,
                1,
                64L << 20,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5));
        vaults = VaultFactory.standard(runtime);
        node = new Worker(settings, wire.to(server), plugins.registry(), vaults, Clock.systemUTC(), System::nanoTime);
        contents = new ContentsService(settings, server, plugins.registry(), vaults, Clock.systemUTC());
    }

    /** The node dies: the control plane hears no more of it. */
    void killNode() {
        wire.cut();
        contents.close();
        node.close();
    }

    Workflows workflows() {
        return server;
    }

    BackupContents contents() {
        return contents;
    }

    Workflow submit(WorkflowRequest request) throws PluginException {
        return server.submit(request, Submission.by("admin"));
    }

    Workflow backUp() throws PluginException {
        return submit(new WorkflowRequest.BackUp(INSTANCE, "d1", false));
    }

    Workflow run(WorkflowRequest request) throws Exception {
        return end(submit(request));
    }

    /** The workflow when it has ended. */
    Workflow end(Workflow workflow) throws Exception {
        Workflow ended = server.await(workflow.id(), LONG);
        if (!ended.state().ended()) {
            throw new AssertionError("does not end: " + ended + server.tasks(workflow.id()));
        }
        return ended;
    }

    Task task(Workflow w, TaskType type) {
        return server.tasks(w.id()).stream()
                .filter(t -> t.type() == type)
                .findFirst()
                .orElseThrow();
    }

    boolean running(Workflow w, TaskType type) {
        return task(w, type).state() == TaskState.RUNNING;
    }

    /** How many backups are on the destination, asked past everything else. */
    int backupsOnVault() throws PluginException {
        TransferContext context = new TestTransfer();
        ReaderKeys keys =
                ReaderKeys.decode(assets.readerKeys.values().iterator().next());
        TestPluginContext past = new TestPluginContext(Clock.systemUTC(), "appliance", directory);
        try (var open = new MemoryDestinationType(store).open(Settings.empty(), past);
                Vault vault = vaults.open(open, keys, "appliance", context)) {
            return vault.backups(context).size();
        }
    }

    List<String> log(Workflow w, TaskType type) {
        return server.log(task(w, type).id(), 0, 1_000).stream()
                .map(l -> l.message())
                .toList();
    }

    @Override
    public void close() {
        contents.close();
        node.close();
        server.stop();
    }
}

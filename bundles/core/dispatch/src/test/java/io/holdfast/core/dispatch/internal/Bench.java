package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.fixture.FakeAssets;
import io.holdfast.core.dispatch.fixture.MemoryCatalog;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.NodeInfo;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.testkit.fake.ManualClock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A dispatcher over a catalogue in memory, with a clock and nodes in the hand of the test. */
final class Bench implements AutoCloseable {

    static final String NODE = "node-1";

    final MemoryCatalog catalog;
    final MemoryAssets assets;
    final ManualClock clock;
    final AtomicLong nanos = new AtomicLong();
    final DispatchSettings settings;
    private final AtomicLong ids;
    Dispatcher dispatcher;
    ControlPlane plane;

    Bench() {
        this(DispatchSettings.standard());
    }

    Bench(DispatchSettings settings) {
        this.settings = settings;
        this.catalog = new MemoryCatalog();
        this.assets = new MemoryAssets(catalog);
        this.clock = new ManualClock();
        this.ids = new AtomicLong();
        catalog.providers().add(FakeAssets.provider("p1"));
        catalog.providers().add(FakeAssets.provider("p2"));
        catalog.destinations().add(FakeAssets.destination("d1"));
        for (int i = 1; i <= 9; i++) {
            catalog.instances().add(FakeAssets.instance("i" + i, "p1"));
        }
        start();
    }

    /** The server dies and starts anew over the same catalogue. */
    void restart() {
        dispatcher.close();
        start();
    }

    private void start() {
        dispatcher = another();
        plane = dispatcher.controlPlane();
    }

    /** A further server on the same catalogue. */
    Dispatcher another() {
        return new Dispatcher(
                catalog,
                assets,
                "appliance",
                settings,
                new Dispatcher.Surroundings(clock, nanos::get, new Random(1), this::id, this::id));
    }

    private String id() {
        return String.format("%08d", ids.incrementAndGet());
    }

    void pass(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    Workflow backUp(String instance) throws PluginException {
        return submit(new WorkflowRequest.BackUp(instance, "d1", false));
    }

    Workflow submit(WorkflowRequest request) throws PluginException {
        return dispatcher.workflows().submit(request, Submission.by("admin"));
    }

    static LeaseRequest room(String node, int slots) {
        Map<TaskKind, Integer> free = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            free.put(kind, slots);
        }
        return new LeaseRequest(node, free, Map.of(), Set.of("fake"), Set.of("memory"));
    }

    List<TaskLease> lease() throws PluginException {
        return plane.lease(room(NODE, 10));
    }

    /** The one task that can be leased. */
    TaskLease leaseOne() throws PluginException {
        List<TaskLease> leases = lease();
        if (leases.size() != 1) {
            throw new AssertionError("expected one lease, got " + leases);
        }
        return leases.get(0);
    }

    void register(String node) throws PluginException {
        plane.register(new NodeInfo(node, node, Map.of()));
    }

    LeaseAnswer.State beat(TaskLease lease) throws PluginException {
        return plane.heartbeat(NODE, List.of(new TaskReport(lease.key(), Measure.none(), List.of())))
                .get(0)
                .state();
    }

    void finish(TaskLease lease) throws PluginException {
        finish(lease, Map.of());
    }

    void finish(TaskLease lease, Map<String, String> results) throws PluginException {
        plane.complete(lease.key(), outcome(End.FINISHED, "", "done", results));
    }

    void fail(TaskLease lease, ErrorKind kind) throws PluginException {
        plane.complete(lease.key(), outcome(End.FAILED, kind.name(), "it went wrong", Map.of()));
    }

    void end(TaskLease lease, End end) throws PluginException {
        plane.complete(lease.key(), outcome(end, "", end.name(), Map.of()));
    }

    static TaskOutcome outcome(End end, String kind, String message, Map<String, String> results) {
        return new TaskOutcome(end, kind, message, false, results, Map.of(), Measure.none(), List.of());
    }

    /** What a node does when a store has committed. */
    void stored(TaskLease store, String backupId, String instance) throws PluginException {
        plane.found(store.key(), Findings.backups(List.of(backup(backupId, instance, 0))));
        finish(store, Map.of(TaskParameters.BACKUP, backupId));
    }

    FoundBackup backup(String id, String instance, long problems) {
        return new FoundBackup(
                id,
                instance,
                new InstanceDescription("ext-" + instance, "instance " + instance, "machine", 10, Map.of()),
                "p1",
                "fake",
                "provider p1",
                clock.instant(),
                false,
                "",
                10,
                10,
                5,
                3,
                1,
                problems,
                1_000,
                false,
                0,
                -1);
    }

    Workflow workflow(Workflow w) {
        return dispatcher.workflows().find(w.id()).orElseThrow();
    }

    WorkflowState state(Workflow w) {
        return workflow(w).state();
    }

    Task task(Workflow w, TaskType type) {
        return dispatcher.workflows().tasks(w.id()).stream()
                .filter(t -> t.type() == type)
                .findFirst()
                .orElseThrow();
    }

    TaskState state(Workflow w, TaskType type) {
        return task(w, type).state();
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}

package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.Workflow;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of the dispatcher together and lets them end together. */
final class Dispatcher implements AutoCloseable {

    /** What the dispatcher gets from outside besides the catalogue; tests give their own. */
    record Surroundings(
            Clock clock, LongSupplier nanos, RandomGenerator random, IdSource ids, Supplier<String> tokens) {}

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final ExecutorService eventThread =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "holdfast-dispatch-events"));
    private final ChangeSignal signal = new ChangeSignal();
    private final Catalog catalog;
    private final Assets assets;
    private final Ledger ledger;
    private final Life life;
    private final Clock clock;
    private final Cleaning cleaning;
    private final LeaseWatch watch;
    private final Housekeeping housekeeping;
    private final ControlPlaneService controlPlane;
    private final WorkflowService workflows;

    Dispatcher(Catalog catalog, Assets assets, String applianceId, DispatchSettings settings, Surroundings around) {
        this.catalog = catalog;
        this.assets = assets;
        this.clock = around.clock();
        LiveTasks live = new LiveTasks();
        EventHub events = new EventHub(eventThread);
        this.ledger = new Ledger(catalog, events, signal, live, this::ended);
        this.life = new Life(settings.retry(), around.random());
        watch = new LeaseWatch(around.nanos(), settings.leaseDuration());
        FlowFactory flows = new FlowFactory(around.ids(), clock, settings);
        Planner planner = new Planner(catalog, flows, assets, new SnapshotPlanner(flows, clock));
        this.cleaning = new Cleaning(catalog, planner);
        RetentionView retention = new RetentionView(catalog, clock);
        Leasing leasing = new Leasing(catalog, ledger, life, live, watch, settings, clock, around.tokens());
        this.controlPlane = new ControlPlaneService(
                new ControlPlaneService.Parts(
                        catalog, ledger, life, leasing, live, watch, events, signal, clock, around.ids()),
                new Reception(catalog, assets, retention, clock),
                new Equipment(catalog, assets, retention, new SnapshotRetention(clock)),
                settings,
                applianceId,
                new Losses());
        this.workflows =
                new WorkflowService(catalog, ledger, life, live, planner, retention, events, signal, assets, clock);
        this.housekeeping = new Housekeeping(catalog, watch, live, settings, clock, around.nanos(), new Losses());
    }

    ControlPlaneService controlPlane() {
        return controlPlane;
    }

    WorkflowService workflows() {
        return workflows;
    }

    /** Does what is due; gives after how long to look again. */
    Duration look() {
        return housekeeping.look();
    }

    /** The catalogue was out of reach: nodes could not be heard of. */
    void measureLeasesAnew() {
        watch.forget();
    }

    /** Waits for the next change; what {@link #look} should be called after. */
    long awaitChange(long seen, Duration atMost) throws InterruptedException {
        return signal.await(seen, atMost);
    }

    private void ended(Workflow workflow) {
        for (Task task : catalog.workflows().tasks(workflow.id())) {
            assets.removeSecrets(task.id());
            cleaning.after(task).ifPresent(this::add);
        }
    }

    private void add(Flow flow) {
        ledger.add(flow);
    }

    /** What happens to tasks whose node is gone. */
    private final class Losses implements Housekeeping.Actions {

        @Override
        public void lost(Task task, String why) {
            LOG.warn("task {} ({}) was lost: {}", task.id(), task.type(), why);
            Optional<Flow> flow = ledger.change(task.workflowId(), f -> f.task(task.id())
                    .filter(t -> t.leaseToken().equals(task.leaseToken()))
                    .map(t -> life.lost(f, t.id(), why, clock.instant()))
                    .orElse(f));
            if (flow.isPresent()) {
                cleanLeftovers(task);
            }
        }

        @Override
        public void missedWindow(Task task, String why) {
            ledger.change(task.workflowId(), f -> life.missedWindow(f, task.id(), why, clock.instant()));
        }

        @Override
        public void due() {
            signal.raise();
        }

        @Override
        public void cleanLeftovers() {
            cleaning.leftovers().forEach(Dispatcher.this::add);
        }

        @Override
        public void cleanLeftovers(Task task) {
            cleaning.after(task).ifPresent(Dispatcher.this::add);
        }
    }

    @Override
    public void close() {
        signal.close();
        eventThread.shutdownNow();
    }
}

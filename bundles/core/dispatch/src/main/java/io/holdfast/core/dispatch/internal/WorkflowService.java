package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What people and schedules speak to. */
final class WorkflowService implements Workflows {

    private final Catalog catalog;
    private final Ledger ledger;
    private final Life life;
    private final LiveTasks live;
    private final Planner planner;
    private final RetentionView retention;
    private final EventHub events;
    private final ChangeSignal signal;
    private final Assets assets;
    private final Clock clock;

    WorkflowService(
            Catalog catalog,
            Ledger ledger,
            Life life,
            LiveTasks live,
            Planner planner,
            RetentionView retention,
            EventHub events,
            ChangeSignal signal,
            Assets assets,
            Clock clock) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.life = life;
        this.live = live;
        this.planner = planner;
        this.retention = retention;
        this.events = events;
        this.signal = signal;
        this.assets = assets;
        this.clock = clock;
    }

    @Override
    public Workflow submit(WorkflowRequest request, Submission submission) throws PluginException {
        String id = submission.id();
        Optional<Workflow> there = id == null ? Optional.empty() : find(id);
        if (there.isPresent()) {
            return there.get();
        }
        Flow flow = planner.plan(request, submission);
        try {
            ledger.add(flow);
        } catch (CatalogException e) {
            if (id == null || e.kind() != ErrorKind.ALREADY_EXISTS) {
                throw e;
            }
            // another server was faster: what was kept for tasks that do not exist goes
            flow.tasks().forEach(t -> assets.removeSecrets(t.id()));
            return find(id).orElseThrow(() -> e);
        }
        return flow.workflow();
    }

    @Override
    public Workflow cancel(String workflowId) throws PluginException {
        return ledger.change(workflowId, f -> life.cancel(f, clock.instant()))
                .map(Flow::workflow)
                .orElseThrow(() -> unknown(workflowId));
    }

    @Override
    public Workflow end(String workflowId, boolean move) throws PluginException {
        Flow flow = ledger.find(workflowId).orElseThrow(() -> unknown(workflowId));
        Mounts.requireEndable(flow);
        String how = move ? TaskParameters.MOVE : TaskParameters.DISCARD;
        return ledger.change(workflowId, f -> Mounts.ending(f, how))
                .map(Flow::workflow)
                .orElseThrow(() -> unknown(workflowId));
    }

    @Override
    public Optional<Workflow> find(String workflowId) {
        return catalog.workflows().find(workflowId);
    }

    @Override
    public Page<Workflow> list(WorkflowFilter filter, PageRequest page) {
        return catalog.workflows().list(filter, page);
    }

    @Override
    public List<Task> tasks(String workflowId) {
        return catalog.workflows().tasks(workflowId).stream().map(live::show).toList();
    }

    @Override
    public List<TaskLogLine> log(String taskId, long after, int limit) {
        return catalog.workflows().log(taskId, after, limit);
    }

    @Override
    public List<RetentionDecision> preview(WorkflowRequest.Prune request) throws PluginException {
        if (catalog.destinations().find(request.destinationId()).isEmpty()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND, "There is no destination '" + request.destinationId() + "'.");
        }
        return retention.decide(request.destinationId(), request.instanceId(), request.rule());
    }

    @Override
    public List<RetentionDecision> previewSnapshots(
            String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule) {
        return new SnapshotRetention(clock).decide(instanceId, snapshots, rule);
    }

    @Override
    public Workflow await(String workflowId, Duration atMost) throws PluginException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long seen = 0;
        while (true) {
            seen = signal.await(seen, Duration.ZERO); // read the count before the state, or a change could slip between
            Workflow workflow = find(workflowId).orElseThrow(() -> unknown(workflowId));
            long left = deadline - System.nanoTime();
            if (workflow.state().ended() || left <= 0 || signal.closed()) {
                return workflow;
            }
            signal.await(
                    seen, Duration.ofNanos(Math.min(left, Duration.ofSeconds(30).toNanos())));
        }
    }

    @Override
    public Subscription subscribe(Consumer<WorkflowEvent> listener) {
        return events.subscribe(listener);
    }

    private static PluginException unknown(String workflowId) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "There is no workflow '" + workflowId + "'; ended ones are removed after a while.");
    }
}

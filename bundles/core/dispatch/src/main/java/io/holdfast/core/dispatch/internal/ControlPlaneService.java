package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowEvent.Kind;
import io.holdfast.core.worker.BackupAccess;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.LeaseKey;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.NodeInfo;
import io.holdfast.core.worker.NodeTerms;
import io.holdfast.core.worker.SnapshotAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What nodes speak to. Refuses whoever does not hold a lease any more. */
final class ControlPlaneService implements ControlPlane {

    /** What it is put together from. */
    record Parts(
            Catalog catalog,
            Ledger ledger,
            Life life,
            Leasing leasing,
            LiveTasks live,
            LeaseWatch watch,
            EventHub events,
            ChangeSignal signal,
            Clock clock,
            IdSource ids) {}

    private static final Set<TaskState> UNFINISHED = Set.of(TaskState.WAITING, TaskState.QUEUED, TaskState.RUNNING);
    private static final int ALL = Integer.MAX_VALUE;
    private static final Duration SEEN_INTERVAL = Duration.ofSeconds(30);

    private final Parts parts;
    private final Catalog catalog;
    private final Reception reception;
    private final Equipment equipment;
    private final DispatchSettings settings;
    private final String applianceId;
    private final Housekeeping.Actions actions;

    ControlPlaneService(
            Parts parts,
            Reception reception,
            Equipment equipment,
            DispatchSettings settings,
            String applianceId,
            Housekeeping.Actions actions) {
        this.parts = parts;
        this.catalog = parts.catalog();
        this.reception = reception;
        this.equipment = equipment;
        this.settings = settings;
        this.applianceId = applianceId;
        this.actions = actions;
    }

    /** A call that talks to the catalogue. */
    private interface Call<T> {
        T run() throws PluginException;
    }

    /** A failing catalogue is the node's reason to ask again, not to give up. */
    private static <T> T guarded(Call<T> call) throws PluginException {
        try {
            return call.run();
        } catch (CatalogException e) {
            // two who tell of the same thing at once: the second telling finds what the first has written
            boolean again = e.kind() == ErrorKind.CONFLICT || e.kind() == ErrorKind.ALREADY_EXISTS;
            ErrorKind kind = again ? ErrorKind.UNAVAILABLE : e.kind();
            throw new PluginException(kind, "the control plane could not write it down: " + e.getMessage(), e);
        }
    }

    @Override
    public NodeTerms register(NodeInfo node) throws PluginException {
        return guarded(() -> {
            Node seen = new Node(node.nodeId(), node.name(), parts.clock().instant(), node.facts());
            if (catalog.nodes().change(node.nodeId(), old -> seen).isEmpty()) {
                catalog.nodes().add(seen);
            }
            for (Task task : catalog.workflows().tasksIn(Set.of(TaskState.RUNNING), ALL)) {
                if (task.nodeId().equals(node.nodeId())) {
                    actions.lost(task, "its node was started anew");
                }
            }
            Set<String> needed = catalog.workflows().tasksIn(UNFINISHED, ALL).stream()
                    .filter(t -> t.type() == TaskType.EXPORT || t.type() == TaskType.STORE)
                    .map(t -> t.parameters().getOrDefault(TaskParameters.INSTANCE, ""))
                    .collect(Collectors.toSet());
            return new NodeTerms(
                    settings.heartbeatInterval(),
                    settings.leaseDuration(),
                    settings.longestWait(),
                    needed,
                    Mounts.tasks(catalog),
                    applianceId);
        });
    }

    @Override
    public long awaitChange(String nodeId, long seen, Duration atMost) throws PluginException, InterruptedException {
        if (parts.signal().closed()) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "the control plane is stopping");
        }
        guarded(() -> heardOf(nodeId));
        Duration longest = settings.longestWait();
        return parts.signal().await(seen, atMost.compareTo(longest) < 0 ? atMost : longest);
    }

    /** An idle node shows that it lives by waiting for work; it is written down now and then, not every time. */
    private boolean heardOf(String nodeId) {
        Instant now = parts.clock().instant();
        boolean recent = catalog.nodes()
                .find(nodeId)
                .filter(n -> Duration.between(n.lastSeen(), now).abs().compareTo(SEEN_INTERVAL) < 0)
                .isPresent();
        if (!recent) {
            catalog.nodes().change(nodeId, n -> new Node(n.id(), n.name(), now, n.facts()));
        }
        return !recent;
    }

    @Override
    public List<TaskLease> lease(LeaseRequest request) throws PluginException {
        return guarded(() -> parts.leasing().lease(request));
    }

    @Override
    public List<LeaseAnswer> heartbeat(String nodeId, List<TaskReport> reports) throws PluginException {
        return guarded(() -> {
            List<LeaseAnswer> answers = new ArrayList<>();
            for (TaskReport report : reports) {
                answers.add(new LeaseAnswer(report.key(), answer(report)));
            }
            return answers;
        });
    }

    private LeaseAnswer.State answer(TaskReport report) {
        Optional<Task> held = holder(report.key());
        if (held.isEmpty()) {
            return LeaseAnswer.State.LOST;
        }
        Task task = held.get();
        parts.watch().heard(task);
        parts.live().measured(task.id(), report.progress());
        log(task, report.log());
        Instant now = parts.clock().instant();
        Instant expires = task.leaseExpires();
        Duration left = expires == null ? Duration.ZERO : Duration.between(now, expires);
        boolean old = left.compareTo(settings.leaseDuration().dividedBy(2)) < 0
                || left.compareTo(settings.leaseDuration()) > 0; // the clock went back
        if (old) {
            renew(task, report, now);
        }
        if (!parts.events().silent()) {
            Optional<Workflow> workflow = catalog.workflows().find(task.workflowId());
            workflow.ifPresent(w -> parts.events()
                    .publish(new WorkflowEvent(
                            Kind.PROGRESS,
                            w,
                            parts.live().show(task),
                            report.progress().bytesPerSecond())));
        }
        if (task.cancelRequested()) {
            return LeaseAnswer.State.CANCEL;
        }
        return switch (task.parameters().getOrDefault(TaskParameters.END, "")) {
            case TaskParameters.MOVE -> LeaseAnswer.State.MOVE;
            case TaskParameters.DISCARD -> LeaseAnswer.State.DISCARD;
            default -> LeaseAnswer.State.VALID;
        };
    }

    /** If somebody changes the task meanwhile, the next report renews it. */
    private void renew(Task task, TaskReport report, Instant now) {
        Task renewed = new TaskDraft(task)
                .lease(task.nodeId(), task.leaseToken(), now.plus(settings.leaseDuration()))
                .progress(Life.progress(report.progress()))
                .build();
        catalog.workflows().find(task.workflowId()).ifPresent(w -> {
            if (parts.ledger().renew(w, renewed)) {
                parts.watch().heard(renewed);
            }
        });
        catalog.nodes().change(task.nodeId(), n -> new Node(n.id(), n.name(), now, n.facts()));
    }

    private void log(Task task, List<TaskReport.LogLine> lines) {
        if (lines.isEmpty()) {
            return;
        }
        catalog.workflows()
                .appendLog(
                        task.id(),
                        lines.stream()
                                .map(l -> new TaskLogLine(
                                        0,
                                        l.time(),
                                        l.warning() ? TaskLogLine.Level.WARN : TaskLogLine.Level.INFO,
                                        l.message()))
                                .toList());
        if (!parts.events().silent()) {
            catalog.workflows().find(task.workflowId()).ifPresent(w -> parts.events()
                    .publish(new WorkflowEvent(Kind.LOG, w, task, 0)));
        }
    }

    @Override
    public TaskInputs inputs(LeaseKey lease) throws PluginException {
        return guarded(() -> equipment.of(held(lease)));
    }

    @Override
    public void sessionOpened(LeaseKey lease, String backupId) throws PluginException {
        guarded(() -> {
            Task task = held(lease);
            parts.ledger()
                    .change(
                            task.workflowId(),
                            f -> stillHeld(f, lease)
                                    ? parts.life()
                                            .sessionOpened(
                                                    f,
                                                    task.id(),
                                                    backupId,
                                                    parts.clock().instant())
                                    : f);
            return held(lease);
        });
    }

    @Override
    public void found(LeaseKey lease, Findings findings) throws PluginException {
        guarded(() -> {
            Task task = held(lease);
            if (reception.found(task, findings) && !parts.events().silent()) {
                catalog.workflows().find(task.workflowId()).ifPresent(w -> parts.events()
                        .publish(new WorkflowEvent(Kind.LOG, w, task, 0)));
            }
            return true;
        });
    }

    @Override
    public String announce(LeaseKey lease, String kind, Map<String, String> details) throws PluginException {
        return guarded(() -> {
            Task task = held(lease);
            String id = parts.ids().next();
            catalog.journal()
                    .add(new JournalEntry(
                            id,
                            task.id(),
                            task.providerId(),
                            task.nodeId(),
                            kind,
                            details,
                            parts.clock().instant()));
            return id;
        });
    }

    @Override
    public void undone(String nodeId, String entryId) throws PluginException {
        guarded(() -> {
            catalog.journal().remove(entryId);
            return true;
        });
    }

    @Override
    public void complete(LeaseKey lease, TaskOutcome outcome) throws PluginException {
        guarded(() -> {
            Optional<Task> known = catalog.workflows().findTask(lease.taskId());
            if (known.isPresent()
                    && known.get().state().ended()
                    && known.get().leaseToken().equals(lease.token())) {
                return false; // told before
            }
            Task task = held(lease);
            TaskOutcome written = reception.ending(task, outcome);
            log(task, outcome.log());
            parts.ledger()
                    .change(
                            task.workflowId(),
                            f -> stillHeld(f, lease)
                                    ? parts.life()
                                            .completed(
                                                    f,
                                                    task.id(),
                                                    written,
                                                    parts.clock().instant())
                                    : f);
            reception.forget(lease.token());
            if (written.end() != TaskOutcome.End.FINISHED) {
                actions.cleanLeftovers(task);
            }
            return true;
        });
    }

    @Override
    public List<String> expiredSnapshots(LeaseKey lease, List<SnapshotInfo> ours) throws PluginException {
        return guarded(() -> equipment.expiredSnapshots(held(lease), ours));
    }

    @Override
    public SnapshotAccess snapshotAccess(String nodeId, String instanceId) throws PluginException {
        return guarded(() -> equipment.snapshotAccess(instanceId, applianceId));
    }

    @Override
    public BackupAccess readAccess(String nodeId, String backupId) throws PluginException {
        return guarded(() -> equipment.readAccess(backupId, applianceId));
    }

    private Optional<Task> holder(LeaseKey lease) {
        return catalog.workflows()
                .findTask(lease.taskId())
                .filter(t -> t.state() == TaskState.RUNNING && t.leaseToken().equals(lease.token()));
    }

    private Task held(LeaseKey lease) throws PluginException {
        return holder(lease)
                .orElseThrow(() -> new PluginException(
                        ErrorKind.CONFLICT,
                        "The lease of task " + lease.taskId() + " is over; what it did is not wanted any more."));
    }

    private static boolean stillHeld(Flow flow, LeaseKey lease) {
        return flow.task(lease.taskId())
                .filter(t -> t.state() == TaskState.RUNNING && t.leaseToken().equals(lease.token()))
                .isPresent();
    }
}

package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.BackupPoint;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Writes requests down; a workflow ends as soon as somebody waits for it. */
public final class FakeWorkflows implements Workflows {

    public static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    public final List<WorkflowRequest> requests = new CopyOnWriteArrayList<>();
    public final List<String> ends = new CopyOnWriteArrayList<>();
    public final List<Submission> submissions = new CopyOnWriteArrayList<>();
    public final List<Consumer<WorkflowEvent>> listeners = new CopyOnWriteArrayList<>();
    public final Map<String, List<Task>> tasks = new ConcurrentSkipListMap<>();
    public final List<TaskLogLine> log = new ArrayList<>(List.of(
            new TaskLogLine(1, NOW, TaskLogLine.Level.INFO, "began"),
            new TaskLogLine(2, NOW, TaskLogLine.Level.WARN, "odd")));

    /** How workflows end. */
    public WorkflowState end = WorkflowState.FINISHED;

    /** What {@link #submit} fails with; null if it does not. */
    public PluginException refusal;

    private final Map<String, Workflow> workflows = new ConcurrentSkipListMap<>();

    @Override
    public Workflow submit(WorkflowRequest request, Submission submission) throws PluginException {
        if (refusal != null) {
            throw refusal;
        }
        requests.add(request);
        submissions.add(submission);
        String id = "w" + requests.size();
        Workflow workflow = workflow(id, WorkflowState.QUEUED, submission.origin(), "");
        workflows.put(id, workflow);
        tasks.put(id, List.of(task(id)));
        return workflow;
    }

    public static Workflow workflow(String id, WorkflowState state, String origin, String message) {
        boolean ended = state.ended();
        return new Workflow(
                id,
                WorkflowType.BACKUP,
                state,
                origin,
                50,
                "p1",
                "i1",
                "d1",
                ended ? "b1" : "",
                Map.of("full", "false"),
                NOW,
                ended ? NOW : null,
                ended ? NOW.plusSeconds(3) : null,
                message,
                state == WorkflowState.FAILED ? "UNAVAILABLE" : "");
    }

    public static Task task(String workflowId) {
        return new Task(
                workflowId + "-t1",
                workflowId,
                0,
                TaskType.EXPORT,
                TaskState.RUNNING,
                50,
                "p1",
                "d1",
                Map.of(),
                Map.of("backup", "b1"),
                false,
                1,
                null,
                "node-1",
                "lease",
                NOW,
                false,
                new TaskProgress("reading", 10, 100, 1, 2),
                NOW,
                null,
                "",
                "",
                1);
    }

    @Override
    public Workflow cancel(String workflowId) throws PluginException {
        Workflow workflow = find(workflowId)
                .orElseThrow(() -> new PluginException(ErrorKind.NOT_FOUND, "there is no workflow " + workflowId));
        Workflow cancelled = workflow(workflowId, WorkflowState.CANCELLED, workflow.origin(), "cancelled");
        workflows.put(workflowId, cancelled);
        return cancelled;
    }

    @Override
    public Workflow end(String workflowId, boolean move) {
        ends.add(workflowId + (move ? " moved" : " discarded"));
        return workflows.get(workflowId);
    }

    @Override
    public Optional<Workflow> find(String workflowId) {
        return Optional.ofNullable(workflows.get(workflowId));
    }

    @Override
    public Page<Workflow> list(WorkflowFilter filter, PageRequest page) {
        return FakeRepository.page(
                workflows.values().stream().filter(filter::matches).toList(), page);
    }

    @Override
    public List<Task> tasks(String workflowId) {
        return tasks.getOrDefault(workflowId, List.of());
    }

    @Override
    public List<TaskLogLine> log(String taskId, long after, int limit) {
        return log.stream().filter(line -> line.number() > after).limit(limit).toList();
    }

    @Override
    public List<RetentionDecision> preview(WorkflowRequest.Prune request) {
        requests.add(request);
        return List.of(new RetentionDecision(
                new BackupPoint("b1", "i1", NOW, NOW, false, false, true),
                true,
                List.of(new RetentionDecision.Reason(RetentionDecision.Code.LAST, "newest"))));
    }

    @Override
    public List<RetentionDecision> previewSnapshots(
            String instanceId, Collection<SnapshotInfo> snapshots, RetentionRule rule) {
        return snapshots.stream()
                .filter(SnapshotInfo::ours)
                .map(s -> new RetentionDecision(
                        new BackupPoint(s.id(), instanceId, s.created(), null, false, false, true),
                        false,
                        List.of(new RetentionDecision.Reason(RetentionDecision.Code.TOO_MANY, "too many"))))
                .toList();
    }

    @Override
    public Workflow await(String workflowId, Duration atMost) throws PluginException {
        Workflow workflow = find(workflowId)
                .orElseThrow(() -> new PluginException(ErrorKind.NOT_FOUND, "there is no workflow " + workflowId));
        Workflow ended = workflow(
                workflowId, end, workflow.origin(), end == WorkflowState.FAILED ? "the disk is unplugged" : "done");
        workflows.put(workflowId, ended);
        return ended;
    }

    @Override
    public Subscription subscribe(Consumer<WorkflowEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}

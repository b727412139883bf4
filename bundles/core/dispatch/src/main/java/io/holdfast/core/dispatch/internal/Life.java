package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a workflow: every way in which its tasks change, as functions from one consistent state to the
 * next. Knows no catalogue, no node and no clock of its own. A function that returns its argument has nothing to change.
 *
 * <pre>
 * WAITING -> QUEUED -> RUNNING -> FINISHED
 *              ^          |-----> FAILED, CANCELLED
 *              +----------+       (tried again, returned, lost)
 * </pre>
 *
 * <p>Only a backup has two tasks. Its STORE is queued as soon as the EXPORT has opened its session. Neither outlives the
 * other's failure: what is tried again starts over with the EXPORT, and what was uploaded is used again by the vault.
 */
final class Life {

    private final DispatchSettings.Retry retry;
    private final RandomGenerator random;

    Life(DispatchSettings.Retry retry, RandomGenerator random) {
        this.retry = retry;
        this.random = random;
    }

    /** A node takes a queued task. */
    Flow leased(Flow flow, String taskId, String nodeId, String token, Instant now, Instant expires) {
        Optional<Task> found = flow.task(taskId).filter(t -> t.state() == TaskState.QUEUED && !t.cancelRequested());
        // an export does not begin again before the store of the attempt before has noticed its end
        boolean otherRuns = flow.tasks().stream()
                .anyMatch(t -> t.position() > 0 && t.state() == TaskState.RUNNING && !t.id().equals(taskId));
        if (found.isEmpty() || otherRuns) {
            return flow;
        }
        Task task = found.get();
        Task running = new TaskDraft(task)
                .state(TaskState.RUNNING)
                .attempt(task.attempt() + 1)
                .notBefore(null)
                .lease(nodeId, token, expires)
                .progress(TaskProgress.none())
                .started(now)
                .ended(null)
                .outcome("", "")
                // what an instance writes while it is mounted is on that node
                .parameter(
                        TaskParameters.NODE,
                        task.type() == TaskType.MOUNT
                                ? nodeId
                                : task.parameters().get(TaskParameters.NODE))
                .build();
        return settle(flow.with(running), now);
    }

    /** The export of a backup has opened its session: its store may start, on the same node. */
    Flow sessionOpened(Flow flow, String taskId, String backupId, Instant now) {
        Flow changed = flow;
        for (Task task : flow.tasks()) {
            if (task.id().equals(taskId)) {
                changed = changed.with(new TaskDraft(task)
                        .parameter(TaskParameters.SESSION, backupId)
                        .parameter(TaskParameters.END, null) // of a mount: it was tried, and failed
                        .build());
            } else if (task.type() == TaskType.STORE && task.state() == TaskState.WAITING) {
                String node = flow.task(taskId).map(Task::nodeId).orElse("");
                changed = changed.with(new TaskDraft(task)
                        .state(TaskState.QUEUED)
                        .parameter(TaskParameters.SESSION, backupId)
                        .parameter(TaskParameters.NODE, node)
                        .notBefore(null)
                        .build());
            }
        }
        return settle(changed, now);
    }

    /** A node reports the end of a task that it holds. */
    Flow completed(Flow flow, String taskId, TaskOutcome outcome, Instant now) {
        Optional<Task> found = flow.task(taskId).filter(t -> t.state() == TaskState.RUNNING);
        if (found.isEmpty()) {
            return flow;
        }
        Task task = new TaskDraft(found.get())
                .progress(progress(outcome.progress()))
                .warnings(found.get().warnings() || outcome.warnings())
                .build();
        return switch (outcome.end()) {
            case FINISHED -> settle(flow.with(finished(task, outcome, now)), now);
            case CANCELLED -> settle(flow.with(cancelled(task, outcome, now)), now);
            case RETURNED ->
                settle(
                        once(task)
                                ? uncertain(flow, task, outcome.message(), now)
                                : returned(flow, task, outcome.message(), now),
                        now);
            case START_OVER -> settle(startOver(flow, task, outcome.message(), now), now);
            case FAILED -> settle(failed(flow, task, outcome.errorKind(), outcome.message(), now), now);
        };
    }

    /** A node has died, or was not heard of for too long. */
    Flow lost(Flow flow, String taskId, String why, Instant now) {
        Optional<Task> found = flow.task(taskId).filter(t -> t.state() == TaskState.RUNNING);
        if (found.isEmpty()) {
            return flow;
        }
        Task task = found.get();
        int lost = Integer.parseInt(task.parameters().getOrDefault(Names.LOST, "0")) + 1;
        task = new TaskDraft(task).parameter(Names.LOST, Integer.toString(lost)).build();
        if (once(task)) {
            return settle(uncertain(flow, task, why, now), now);
        }
        if (lost >= retry.losses() && !Mounts.runs(task)) {
            String text = why + "; it was lost " + lost + " times and is not tried again";
            return settle(flow.with(end(task, TaskState.FAILED, ErrorKind.UNAVAILABLE.name(), text, now)), now);
        }
        if (task.cancelRequested()) {
            return settle(flow.with(end(task, TaskState.CANCELLED, "", "cancelled; " + why, now)), now);
        }
        return settle(again(flow, task, ErrorKind.UNAVAILABLE.name(), why, null, now), now);
    }

    /** A task was not even handed to the node that was to have it. */
    Flow givenBack(Flow flow, String taskId, String why, Instant now) {
        Optional<Task> found = flow.task(taskId).filter(t -> t.state() == TaskState.RUNNING);
        return found.isEmpty() ? flow : settle(returned(flow, found.get(), why, now), now);
    }

    private static boolean once(Task task) {
        return Boolean.parseBoolean(task.parameters().get(Names.ONCE));
    }

    /** What must not be done twice ends here: whether it was done is for people to see. */
    private static Flow uncertain(Flow flow, Task task, String why, Instant now) {
        String text =
                why + "; it may have been done, and is not tried again. Look at the instance before you ask again";
        return flow.with(end(task, TaskState.FAILED, ErrorKind.UNAVAILABLE.name(), text, now));
    }

    /** Somebody wants the workflow to end. */
    Flow cancel(Flow flow, Instant now) {
        if (flow.workflow().state().ended()) {
            return flow;
        }
        return settle(cancelOthers(flow, t -> true, "cancelled", now), now);
    }

    /** A task was not started within its window. */
    Flow missedWindow(Flow flow, String taskId, String why, Instant now) {
        Optional<Task> found =
                flow.task(taskId).filter(t -> t.state() == TaskState.QUEUED || t.state() == TaskState.WAITING);
        if (found.isEmpty()) {
            return flow;
        }
        return settle(flow.with(end(found.get(), TaskState.FAILED, ErrorKind.TIMEOUT.name(), why, now)), now);
    }

    private Task finished(Task task, TaskOutcome outcome, Instant now) {
        Task done = end(task, TaskState.FINISHED, "", outcome.message(), now);
        return new TaskDraft(done).results(outcome.results()).build();
    }

    private static Task cancelled(Task task, TaskOutcome outcome, Instant now) {
        return end(task, TaskState.CANCELLED, "", outcome.message(), now);
    }

    private Flow failed(Flow flow, Task task, String kind, String message, Instant now) {
        if (task.cancelRequested()) {
            // it had to end anyway; that it did so with an error is told, but it does not count as a failure
            return flow.with(end(task, TaskState.CANCELLED, "", "cancelled; " + message, now));
        }
        int lost = Integer.parseInt(task.parameters().getOrDefault(Names.LOST, "0"));
        int failures = task.attempt() - lost;
        boolean ends = !retryable(kind) || failures >= retry.attempts() || once(task);
        if (ends && !Mounts.runs(task)) {
            return flow.with(end(task, TaskState.FAILED, kind, message, now));
        }
        Duration wait = backOff(failures);
        boolean waits = Mounts.runs(task) && wait.compareTo(Mounts.LONGEST_WAIT) > 0;
        return again(flow, task, kind, message, now.plus(waits ? Mounts.LONGEST_WAIT : wait), now);
    }

    /** Back to the queue through no fault of the task: the start does not count. */
    private Flow returned(Flow flow, Task task, String message, Instant now) {
        if (task.cancelRequested()) {
            return flow.with(end(task, TaskState.CANCELLED, "", "cancelled", now));
        }
        Task uncounted =
                new TaskDraft(task).attempt(Math.max(0, task.attempt() - 1)).build();
        Instant wait = flow.task(TaskType.STORE).map(Task::notBefore).orElse(null);
        return again(flow, uncounted, "", message, task.type() == TaskType.EXPORT ? wait : null, now);
    }

    private Flow startOver(Flow flow, Task task, String message, Instant now) {
        if (task.cancelRequested()) {
            return flow.with(end(task, TaskState.CANCELLED, "", "cancelled", now));
        }
        int lost = Integer.parseInt(task.parameters().getOrDefault(Names.LOST, "0")) + 1;
        Task counted = new TaskDraft(task)
                .parameter(Names.LOST, Integer.toString(lost))
                .build();
        if (lost >= retry.losses()) {
            return flow.with(end(counted, TaskState.FAILED, ErrorKind.UNAVAILABLE.name(), message, now));
        }
        return again(flow, counted, "", message, null, now);
    }

    /**
     * Queues a task again. A store waits for a new session instead, and if its export has ended that runs again too; the
     * store of an export that runs again waits as well.
     */
    private Flow again(Flow flow, Task task, String kind, String message, @Nullable Instant notBefore, Instant now) {
        boolean store = task.type() == TaskType.STORE;
        Task queued = new TaskDraft(task)
                .state(store ? TaskState.WAITING : TaskState.QUEUED)
                .notBefore(notBefore)
                .unleased(false)
                .outcome(kind, message)
                .build();
        if (store) {
            queued = unbound(queued);
        }
        Flow changed = flow.with(queued);
        for (Task other : flow.tasks()) {
            if (store && other.type() == TaskType.EXPORT && other.state() == TaskState.FINISHED) {
                changed = changed.with(new TaskDraft(other)
                        .state(TaskState.QUEUED)
                        .attempt(0)
                        .notBefore(notBefore)
                        .ended(null)
                        .unleased(false)
                        .outcome(kind, message)
                        .build());
            } else if (other.type() == TaskType.STORE && !store && other.state() == TaskState.QUEUED) {
                changed = changed.with(
                        unbound(new TaskDraft(other).state(TaskState.WAITING).build()));
            }
        }
        return changed;
    }

    private static Task unbound(Task store) {
        return new TaskDraft(store)
                .parameter(TaskParameters.SESSION, null)
                .parameter(TaskParameters.NODE, null)
                .build();
    }

    /** Brings what depends on other tasks into line with them: what waits, what has to end, the workflow itself. */
    private Flow settle(Flow flow, Instant now) {
        Flow changed = flow;
        Optional<Task> failed = failed(changed.tasks());
        boolean ends = failed.isPresent() || changed.tasks().stream().anyMatch(t -> t.state() == TaskState.CANCELLED);
        if (ends) {
            String why = failed.isPresent() ? "ended because another task failed" : "cancelled";
            changed = cancelOthers(changed, t -> true, why, now);
        } else {
            changed = release(changed);
        }
        return changed.with(workflow(changed, now));
    }

    private static Flow release(Flow flow) {
        Flow changed = flow;
        for (Task task : flow.tasks()) {
            boolean ready = flow.tasks().stream()
                    .filter(t -> t.position() < task.position())
                    .allMatch(t -> t.state() == TaskState.FINISHED);
            if (task.state() == TaskState.WAITING && ready) {
                TaskDraft draft = new TaskDraft(task).state(TaskState.QUEUED);
                flow.task(TaskType.EXPORT)
                        .map(e -> e.parameters().get(TaskParameters.SESSION))
                        .ifPresent(session -> draft.parameter(TaskParameters.SESSION, session));
                changed = changed.with(draft.build());
            }
        }
        return changed;
    }

    private static Flow cancelOthers(Flow flow, Predicate<Task> which, String why, Instant now) {
        Flow changed = flow;
        for (Task task : flow.tasks()) {
            if (task.state().ended() || !which.test(task)) {
                continue;
            }
            changed = changed.with(
                    task.state() == TaskState.RUNNING
                            ? new TaskDraft(task).cancelRequested(true).build()
                            : end(
                                    new TaskDraft(task).cancelRequested(true).build(),
                                    TaskState.CANCELLED,
                                    "",
                                    why,
                                    now));
        }
        return changed;
    }

    private static Workflow workflow(Flow flow, Instant now) {
        Workflow w = flow.workflow();
        List<Task> tasks = flow.tasks();
        if (w.state().ended()) {
            return w;
        }
        boolean begun = w.started() != null || tasks.stream().anyMatch(t -> t.state() == TaskState.RUNNING);
        Instant started = w.started() == null && begun ? now : w.started();
        if (!tasks.stream().allMatch(t -> t.state().ended())) {
            return Flow.state(w, begun ? WorkflowState.RUNNING : WorkflowState.QUEUED, started, null, "", "");
        }
        Optional<Task> failed = failed(tasks);
        if (failed.isPresent()) {
            return Flow.state(
                    w,
                    WorkflowState.FAILED,
                    started,
                    now,
                    failed.get().message(),
                    failed.get().errorKind());
        }
        Task last = tasks.get(tasks.size() - 1);
        if (tasks.stream().anyMatch(t -> t.state() == TaskState.CANCELLED)) {
            return Flow.state(w, WorkflowState.CANCELLED, started, now, "cancelled", "");
        }
        boolean warned = tasks.stream().anyMatch(Task::warnings);
        WorkflowState end = warned ? WorkflowState.FINISHED_WITH_WARNINGS : WorkflowState.FINISHED;
        Workflow done = Flow.state(w, end, started, now, last.message(), "");
        String backup = last.results().getOrDefault(TaskParameters.BACKUP, "");
        return backup.isEmpty() ? done : Flow.backup(done, backup);
    }

    private static Optional<Task> failed(List<Task> tasks) {
        return tasks.stream().filter(t -> t.state() == TaskState.FAILED).findFirst();
    }

    private static Task end(Task task, TaskState state, String kind, String message, Instant now) {
        return new TaskDraft(task)
                .state(state)
                .ended(now)
                .unleased(true)
                .outcome(kind, message)
                .build();
    }

    /** Doubles with every failure; spread by a quarter either way so that a thousand tasks do not come back at once. */
    private Duration backOff(int failures) {
        long millis = retry.first().toMillis() << Math.min(20, Math.max(0, failures - 1));
        long bounded = Math.min(millis, retry.longest().toMillis());
        return Duration.ofMillis((long) (bounded * (0.75 + random.nextDouble() / 2)));
    }

    private static boolean retryable(String kind) {
        try {
            return ErrorKind.valueOf(kind).retryable();
        } catch (IllegalArgumentException e) {
            return false; // a kind of a newer node
        }
    }

    static TaskProgress progress(Measure m) {
        return new TaskProgress(m.step(), m.doneBytes(), m.expectedBytes(), m.doneItems(), m.expectedItems());
    }
}

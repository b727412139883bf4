package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one leased task to its end and reports that, whatever happens. */
final class TaskRunner {

    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

    private final ControlPlane plane;
    private final Map<TaskKind, Procedure> procedures = new EnumMap<>(TaskKind.class);

    TaskRunner(ControlPlane plane, Map<TaskKind, Procedure> procedures) {
        this.plane = plane;
        this.procedures.putAll(procedures);
    }

    void run(RunningTask task) {
        try (task) {
            Optional<TaskOutcome> outcome = execute(task);
            if (outcome.isPresent()) {
                complete(task, outcome.get());
            }
        }
    }

    private Optional<TaskOutcome> execute(RunningTask task) {
        try {
            Procedure procedure = procedures.get(task.lease().kind());
            if (procedure == null) {
                throw new PluginException(
                        ErrorKind.UNSUPPORTED,
                        "this node cannot do " + task.lease().kind());
            }
            TaskInputs inputs = plane.inputs(task.lease().key());
            Procedure.Result result = procedure.run(task, inputs);
            return Optional.of(outcome(task, result));
        } catch (PluginException e) {
            LOG.debug("task {} failed", task.taskId(), e);
            return failure(task, e.kind(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            if (!task.stopper().isCancelled()) {
                LOG.error(
                        "task {} ({}) met a defect", task.taskId(), task.lease().kind(), e);
            }
            return failure(
                    task,
                    ErrorKind.INTERNAL,
                    "a defect of the product or of a plugin (" + e.getClass().getSimpleName()
                            + "); the log of the node has details");
        }
    }

    private static TaskOutcome outcome(RunningTask task, Procedure.Result r) {
        return new TaskOutcome(
                r.end(),
                "",
                LogText.line(r.message()),
                r.end() == End.FINISHED && (r.warnings() || task.lines().warned()),
                r.results(),
                r.secrets(),
                task.meter().measure(),
                task.lines().take());
    }

    /** Whatever a task that was told to stop ends with is a consequence of that. */
    private static Optional<TaskOutcome> failure(RunningTask task, ErrorKind kind, String message) {
        Optional<StopReason> reason = task.stopper().reason();
        if (reason.isEmpty()) {
            ErrorKind told = kind == ErrorKind.CANCELLED ? ErrorKind.INTERNAL : kind;
            return Optional.of(ended(task, End.FAILED, told.name(), message));
        }
        return switch (reason.get()) {
            case CANCELLED -> Optional.of(ended(task, End.CANCELLED, "", "cancelled"));
            case PLUGIN_LEFT -> Optional.of(ended(task, End.RETURNED, "", "its plugin left; it waits for it"));
            case NODE_STOPS -> Optional.of(ended(task, End.RETURNED, "", "its node stops"));
            case LEASE_LOST -> Optional.empty();
        };
    }

    private static TaskOutcome ended(RunningTask task, End end, String kind, String message) {
        return new TaskOutcome(
                end,
                kind,
                LogText.line(message),
                false,
                Map.of(),
                Map.of(),
                task.meter().measure(),
                task.lines().take());
    }

    private void complete(RunningTask task, TaskOutcome outcome) {
        try {
            Patience.report(task, () -> plane.complete(task.lease().key(), outcome));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CONFLICT
                    || outcome.end() != End.FINISHED
                    || task.stopper().isCancelled()) {
                LOG.info("the end of task {} is not wanted: {}", task.taskId(), e.getMessage());
                return;
            }
            // what it found was not acceptable: that is how the task failed
            complete(task, ended(task, End.FAILED, e.kind().name(), String.valueOf(e.getMessage())));
        }
    }
}

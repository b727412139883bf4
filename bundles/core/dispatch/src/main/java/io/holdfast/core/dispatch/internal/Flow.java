package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workflow with all its tasks, as one consistent state.
 *
 * @param workflow the workflow
 * @param tasks its tasks by position
 */
record Flow(Workflow workflow, List<Task> tasks) {

    Flow {
        tasks = List.copyOf(tasks);
    }

    Optional<Task> task(String id) {
        return tasks.stream().filter(t -> t.id().equals(id)).findFirst();
    }

    Optional<Task> task(TaskType type) {
        return tasks.stream().filter(t -> t.type() == type).findFirst();
    }

    Flow with(Task changed) {
        List<Task> copy = new ArrayList<>(tasks);
        copy.replaceAll(t -> t.id().equals(changed.id()) ? changed : t);
        return new Flow(workflow, copy);
    }

    Flow with(Workflow changed) {
        return new Flow(changed, tasks);
    }

    /** The workflow with another state. */
    static Workflow state(
            Workflow w,
            WorkflowState state,
            @Nullable Instant started,
            @Nullable Instant ended,
            String message,
            String errorKind) {
        return new Workflow(
                w.id(),
                w.type(),
                state,
                w.origin(),
                w.priority(),
                w.providerId(),
                w.instanceId(),
                w.destinationId(),
                w.backupId(),
                w.parameters(),
                w.created(),
                started,
                ended,
                message,
                errorKind);
    }

    /** The workflow with a backup. */
    static Workflow backup(Workflow w, String backupId) {
        return new Workflow(
                w.id(),
                w.type(),
                w.state(),
                w.origin(),
                w.priority(),
                w.providerId(),
                w.instanceId(),
                w.destinationId(),
                backupId,
                w.parameters(),
                w.created(),
                w.started(),
                w.ended(),
                w.message(),
                w.errorKind());
    }
}

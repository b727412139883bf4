package io.holdfast.access.model;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request and the work that it became.
 *
 * @param id ids order by time
 * @param type what is done
 * @param state where it is
 * @param origin who asked
 * @param priority 0 to 100, higher first
 * @param providerId concerned provider
 * @param instanceId concerned instance
 * @param destinationId concerned destination
 * @param backupId the backup that is made or used
 * @param parameters what else was asked for
 * @param created when it was asked for
 * @param started when work began
 * @param ended when it ended
 * @param message outcome; empty until there is one
 * @param errorKind name of the error kind if it failed
 * @param tasks its tasks by position; absent in lists
 * @param result what its tasks reported; absent in lists
 */
public record WorkflowDto(
        String id,
        WorkflowType type,
        WorkflowState state,
        String origin,
        int priority,
        @Nullable String providerId,
        @Nullable String instanceId,
        @Nullable String destinationId,
        @Nullable String backupId,
        Map<String, String> parameters,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        String message,
        @Nullable String errorKind,
        @Nullable List<TaskDto> tasks,
        @Nullable Map<String, String> result) {

    /** A workflow for a list: without its tasks. */
    public static WorkflowDto of(Workflow w) {
        return of(w, null, null);
    }

    /** A workflow with its tasks, and what these reported: of one name, the last. */
    public static WorkflowDto of(Workflow w, List<Task> tasks) {
        Map<String, String> result = new TreeMap<>();
        tasks.forEach(task -> result.putAll(task.results()));
        return of(w, tasks.stream().map(TaskDto::of).toList(), result);
    }

    private static WorkflowDto of(Workflow w, @Nullable List<TaskDto> tasks, @Nullable Map<String, String> result) {
        return new WorkflowDto(
                w.id(),
                w.type(),
                w.state(),
                w.origin(),
                w.priority(),
                Texts.orNull(w.providerId()),
                Texts.orNull(w.instanceId()),
                Texts.orNull(w.destinationId()),
                Texts.orNull(w.backupId()),
                w.parameters(),
                w.created(),
                w.started(),
                w.ended(),
                w.message(),
                Texts.orNull(w.errorKind()),
                tasks,
                result);
    }
}

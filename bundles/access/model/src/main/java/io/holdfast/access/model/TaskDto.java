package io.holdfast.access.model;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.worker.TaskParameters;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One unit of node work.
 *
 * @param id made by the appliance
 * @param workflowId what it belongs to
 * @param position its place in the workflow, from 0
 * @param type what is done
 * @param state where it is
 * @param attempt how often it was started
 * @param notBefore not started earlier
 * @param nodeId who runs or ran it
 * @param cancelRequested whether somebody wants it to end
 * @param session whether something lives on that it has begun: with the type MOUNT, the instance runs from the backup
 * @param ending with the type MOUNT, whether somebody has asked for its end; false again when moving it has failed and the instance
 *     runs on
 * @param warnings whether there is something to look at although it went on
 * @param progress how far it is
 * @param results what the node reported
 * @param started when it was last started
 * @param ended when it ended
 * @param message outcome; empty until there is one
 * @param errorKind name of the error kind of the last failure
 */
public record TaskDto(
        String id,
        String workflowId,
        int position,
        TaskType type,
        TaskState state,
        int attempt,
        @Nullable Instant notBefore,
        @Nullable String nodeId,
        boolean cancelRequested,
        boolean session,
        boolean ending,
        boolean warnings,
        ProgressDto progress,
        Map<String, String> results,
        @Nullable Instant started,
        @Nullable Instant ended,
        String message,
        @Nullable String errorKind) {

    /** A task as the catalogue has it. */
    public static TaskDto of(Task t) {
        return of(t, null);
    }

    /** A task as an event tells of it, with the rate of the last seconds. */
    public static TaskDto of(Task t, @Nullable Long bytesPerSecond) {
        return new TaskDto(
                t.id(),
                t.workflowId(),
                t.position(),
                t.type(),
                t.state(),
                t.attempt(),
                t.notBefore(),
                Texts.orNull(t.nodeId()),
                t.cancelRequested(),
                t.parameters().containsKey(TaskParameters.SESSION),
                t.parameters().containsKey(TaskParameters.END),
                t.warnings(),
                ProgressDto.of(t.progress(), bytesPerSecond),
                t.results(),
                t.started(),
                t.ended(),
                t.message(),
                Texts.orNull(t.errorKind()));
    }
}

package io.holdfast.core.dispatch;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.Workflow;
import org.jspecify.annotations.Nullable;

/**
 * News about a workflow.
 *
 * @param kind what happened
 * @param workflow as it is now; null for {@link Kind#MISSED}
 * @param task as it is now; null unless the news is about a task
 * @param bytesPerSecond rate of the task; 0 if unknown
 */
public record WorkflowEvent(
        Kind kind, @Nullable Workflow workflow, @Nullable Task task, long bytesPerSecond) {

    /** What happened. */
    public enum Kind {
        /** The workflow is new or its state changed. */
        WORKFLOW,
        /** The state of a task changed. */
        TASK,
        /** A task got on. */
        PROGRESS,
        /** The task's log has new lines. */
        LOG,
        /** The listener was too slow and missed news: it reads everything again. */
        MISSED
    }
}

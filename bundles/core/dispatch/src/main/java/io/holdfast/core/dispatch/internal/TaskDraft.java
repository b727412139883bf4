package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task being changed. Not safe for use by several threads. */
final class TaskDraft {

    private final Task origin;
    private TaskState state;
    private final Map<String, String> parameters;
    private Map<String, String> results;
    private boolean warnings;
    private int attempt;
    private @Nullable Instant notBefore;
    private String nodeId;
    private String leaseToken;
    private @Nullable Instant leaseExpires;
    private boolean cancelRequested;
    private TaskProgress progress;
    private @Nullable Instant started;
    private @Nullable Instant ended;
    private String message;
    private String errorKind;

    TaskDraft(Task task) {
        origin = task;
        state = task.state();
        parameters = new HashMap<>(task.parameters());
        results = task.results();
        warnings = task.warnings();
        attempt = task.attempt();
        notBefore = task.notBefore();
        nodeId = task.nodeId();
        leaseToken = task.leaseToken();
        leaseExpires = task.leaseExpires();
        cancelRequested = task.cancelRequested();
        progress = task.progress();
        started = task.started();
        ended = task.ended();
        message = task.message();
        errorKind = task.errorKind();
    }

    TaskDraft state(TaskState value) {
        state = value;
        return this;
    }

    TaskDraft parameter(String name, @Nullable String value) {
        if (value == null) {
            parameters.remove(name);
        } else {
            parameters.put(name, value);
        }
        return this;
    }

    TaskDraft results(Map<String, String> value) {
        results = value;
        return this;
    }

    TaskDraft warnings(boolean value) {
        warnings = value;
        return this;
    }

    TaskDraft attempt(int value) {
        attempt = value;
        return this;
    }

    TaskDraft notBefore(@Nullable Instant value) {
        notBefore = value;
        return this;
    }

    TaskDraft lease(String node, String token, Instant expires) {
        nodeId = node;
        leaseToken = token;
        leaseExpires = expires;
        return this;
    }

    /** The lease is over. The token stays where the task has ended, so that a repeated report is recognised. */
    TaskDraft unleased(boolean keepToken) {
        leaseExpires = null;
        if (!keepToken) {
            leaseToken = "";
        }
        return this;
    }

    TaskDraft cancelRequested(boolean value) {
        cancelRequested = value;
        return this;
    }

    TaskDraft progress(TaskProgress value) {
        progress = value;
        return this;
    }

    TaskDraft started(@Nullable Instant value) {
        started = value;
        return this;
    }

    TaskDraft ended(@Nullable Instant value) {
        ended = value;
        return this;
    }

    TaskDraft outcome(String error, String text) {
        errorKind = error;
        message = text;
        return this;
    }

    Task build() {
        return new Task(
                origin.id(),
                origin.workflowId(),
                origin.position(),
                origin.type(),
                state,
                origin.priority(),
                origin.providerId(),
                origin.destinationId(),
                Map.copyOf(parameters),
                results,
                warnings,
                attempt,
                notBefore,
                nodeId,
                leaseToken,
                leaseExpires,
                cancelRequested,
                progress,
                started,
                ended,
                message,
                errorKind,
                origin.version());
    }
}

package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A task. Its version is kept by {@link JpaWorkflows}, which compares and counts it under a row lock. */
@Entity(name = "Task")
@Table(name = "tasks")
class TaskRow implements Row<Task> {

    @Id
    String id = "";

    @Column(name = "workflow_id")
    String workflowId = "";

    int position;
    String type = "";
    String state = "";
    int priority;

    /** When the workflow was asked for. */
    long queued;

    @Column(name = "provider_id")
    String providerId = "";

    @Column(name = "destination_id")
    String destinationId = "";

    String parameters = "";
    String results = "";
    int warnings;
    int attempt;

    @Column(name = "not_before")
    @Nullable
    Long notBefore;

    @Column(name = "node_id")
    String nodeId = "";

    @Column(name = "lease_token")
    String leaseToken = "";

    @Column(name = "lease_expires")
    @Nullable
    Long leaseExpires;

    @Column(name = "cancel_requested")
    int cancelRequested;

    String step = "";

    @Column(name = "done_bytes")
    long doneBytes;

    @Column(name = "expected_bytes")
    long expectedBytes;

    @Column(name = "done_items")
    long doneItems;

    @Column(name = "expected_items")
    long expectedItems;

    @Nullable
    Long started;

    @Nullable
    Long ended;

    String message = "";

    @Column(name = "error_kind")
    String errorKind = "";

    long version;

    @Override
    public void set(Task item) {
        id = Columns.key("id", item.id(), Columns.ID);
        workflowId = Columns.key("workflowId", item.workflowId(), Columns.ID);
        position = item.position();
        type = item.type().name();
        state = item.state().name();
        priority = item.priority();
        providerId = Columns.exact("providerId", item.providerId(), Columns.ID);
        destinationId = Columns.exact("destinationId", item.destinationId(), Columns.ID);
        parameters = JsonColumn.ofStrings("parameters", item.parameters());
        results = JsonColumn.ofStrings("results", item.results());
        warnings = item.warnings() ? 1 : 0;
        attempt = item.attempt();
        notBefore = Columns.millis(item.notBefore());
        nodeId = Columns.exact("nodeId", item.nodeId(), Columns.ID);
        leaseToken = Columns.exact("leaseToken", item.leaseToken(), 128);
        leaseExpires = Columns.millis(item.leaseExpires());
        cancelRequested = item.cancelRequested() ? 1 : 0;
        setProgress(item.progress());
        started = Columns.millis(item.started());
        ended = Columns.millis(item.ended());
        message = Columns.message(item.message(), Columns.MESSAGE);
        errorKind = Columns.exact("errorKind", item.errorKind(), 32);
        version = item.version();
    }

    private void setProgress(TaskProgress progress) {
        step = Columns.line(progress.step(), Columns.NAME);
        doneBytes = progress.doneBytes();
        expectedBytes = progress.expectedBytes();
        doneItems = progress.doneItems();
        expectedItems = progress.expectedItems();
    }

    @Override
    public Task toRecord() {
        return new Task(
                id,
                workflowId,
                position,
                Columns.constant(TaskType.class, type),
                Columns.constant(TaskState.class, state),
                priority,
                providerId,
                destinationId,
                JsonColumn.strings(parameters),
                JsonColumn.strings(results),
                warnings != 0,
                attempt,
                Columns.time(notBefore),
                nodeId,
                leaseToken,
                Columns.time(leaseExpires),
                cancelRequested != 0,
                new TaskProgress(step, doneBytes, expectedBytes, doneItems, expectedItems),
                Columns.time(started),
                Columns.time(ended),
                message,
                errorKind,
                version);
    }
}

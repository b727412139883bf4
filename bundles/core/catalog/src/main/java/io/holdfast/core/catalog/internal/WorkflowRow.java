package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A workflow. */
@Entity(name = "Workflow")
@Table(name = "workflows")
class WorkflowRow implements Row<Workflow> {

    @Id
    String id = "";

    String type = "";
    String state = "";
    String origin = "";
    int priority;

    @Column(name = "provider_id")
    String providerId = "";

    @Column(name = "instance_id")
    String instanceId = "";

    @Column(name = "destination_id")
    String destinationId = "";

    @Column(name = "backup_id")
    String backupId = "";

    String parameters = "";
    long created;

    @Nullable
    Long started;

    @Nullable
    Long ended;

    String message = "";

    @Column(name = "error_kind")
    String errorKind = "";

    @Override
    public void set(Workflow item) {
        id = Columns.key("id", item.id(), Columns.ID);
        type = item.type().name();
        state = item.state().name();
        origin = Columns.exact("origin", item.origin(), Columns.ID);
        priority = item.priority();
        providerId = Columns.exact("providerId", item.providerId(), Columns.ID);
        instanceId = Columns.exact("instanceId", item.instanceId(), Columns.ID);
        destinationId = Columns.exact("destinationId", item.destinationId(), Columns.ID);
        backupId = Columns.exact("backupId", item.backupId(), Columns.BACKUP_ID);
        parameters = JsonColumn.ofStrings("parameters", item.parameters());
        created = Columns.exactMillis(item.created());
        started = Columns.millis(item.started());
        ended = Columns.millis(item.ended());
        message = Columns.message(item.message(), Columns.MESSAGE);
        errorKind = Columns.exact("errorKind", item.errorKind(), 32);
    }

    @Override
    public Workflow toRecord() {
        return new Workflow(
                id,
                Columns.constant(WorkflowType.class, type),
                Columns.constant(WorkflowState.class, state),
                origin,
                priority,
                providerId,
                instanceId,
                destinationId,
                backupId,
                JsonColumn.strings(parameters),
                Instant.ofEpochMilli(created),
                Columns.time(started),
                Columns.time(ended),
                message,
                errorKind);
    }
}

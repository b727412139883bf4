package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Policy;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A policy. */
@Entity(name = "Policy")
@Table(name = "policies")
class PolicyRow implements Row<Policy> {

    @Id
    String id = "";

    String name = "";
    String kind = "";
    int enabled;
    int priority;

    @Column(name = "destination_id")
    @Nullable
    String destinationId;

    String definition = "";
    long created;
    long evaluated;
    long runs;

    @Nullable
    Long retained;

    @Override
    public void set(Policy item) {
        id = Columns.key("id", item.id(), Columns.ID);
        name = Columns.key("name", item.name(), Columns.NAME);
        kind = item.kind().name();
        enabled = item.enabled() ? 1 : 0;
        priority = item.priority();
        String destination = item.destinationId();
        destinationId = destination == null ? null : Columns.key("destinationId", destination, Columns.ID);
        definition = JsonColumn.ofLists("definition", item.definition());
        created = Columns.exactMillis(item.created());
        evaluated = Columns.exactMillis(item.evaluated());
        runs = item.runs();
        retained = Columns.millis(item.retained());
    }

    @Override
    public Policy toRecord() {
        return new Policy(
                id,
                name,
                Columns.constant(Policy.Kind.class, kind),
                enabled != 0,
                priority,
                destinationId,
                JsonColumn.lists(definition),
                Instant.ofEpochMilli(created),
                Instant.ofEpochMilli(evaluated),
                runs,
                Columns.time(retained));
    }
}

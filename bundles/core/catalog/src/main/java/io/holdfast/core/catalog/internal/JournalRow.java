package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.JournalEntry;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** An announced side effect. */
@Entity(name = "Journal")
@Table(name = "journal")
class JournalRow implements Row<JournalEntry> {

    @Id
    String id = "";

    @Column(name = "task_id")
    String taskId = "";

    @Column(name = "provider_id")
    String providerId = "";

    @Column(name = "node_id")
    String nodeId = "";

    String kind = "";
    String details = "";
    long created;

    @Override
    public void set(JournalEntry item) {
        id = Columns.key("id", item.id(), Columns.ID);
        taskId = Columns.exact("taskId", item.taskId(), Columns.ID);
        providerId = Columns.exact("providerId", item.providerId(), Columns.ID);
        nodeId = Columns.exact("nodeId", item.nodeId(), Columns.ID);
        kind = Columns.key("kind", item.kind(), Columns.ID);
        details = JsonColumn.ofStrings("details", item.details());
        created = Columns.exactMillis(item.created());
    }

    @Override
    public JournalEntry toRecord() {
        return new JournalEntry(
                id, taskId, providerId, nodeId, kind, JsonColumn.strings(details), Instant.ofEpochMilli(created));
    }
}

package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Node;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** A node. */
@Entity(name = "Node")
@Table(name = "nodes")
class NodeRow implements Row<Node> {

    @Id
    String id = "";

    String name = "";

    @Column(name = "last_seen")
    long lastSeen;

    String facts = "";

    @Override
    public void set(Node item) {
        id = Columns.key("id", item.id(), Columns.ID);
        name = Columns.key("name", item.name(), Columns.NAME);
        lastSeen = Columns.exactMillis(item.lastSeen());
        facts = JsonColumn.ofStrings("facts", item.facts());
    }

    @Override
    public Node toRecord() {
        return new Node(id, name, Instant.ofEpochMilli(lastSeen), JsonColumn.strings(facts));
    }
}

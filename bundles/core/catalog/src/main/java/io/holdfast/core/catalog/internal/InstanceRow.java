package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Instance;
import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;

/** An instance. */
@Entity(name = "Instance")
@Table(name = "instances")
class InstanceRow implements Row<Instance> {

    private static final int EXTERNAL_ID = 1_024;

    @Id
    String id = "";

    @Column(name = "provider_id")
    String providerId = "";

    @Column(name = "external_id")
    String externalId = "";

    @Column(name = "external_key")
    String externalKey = "";

    String name = "";

    @Column(name = "name_folded")
    String nameFolded = "";

    String kind = "";

    @Column(name = "size_bytes")
    long sizeBytes;

    String labels = "";
    String settings = "";
    int present;

    @Column(name = "last_seen")
    long lastSeen;

    @Override
    public void set(Instance item) {
        id = Columns.key("id", item.id(), Columns.ID);
        providerId = Columns.key("providerId", item.providerId(), Columns.ID);
        externalId = Columns.key("externalId", item.externalId(), EXTERNAL_ID);
        externalKey = Columns.digest(externalId);
        name = Columns.key("name", item.name(), Columns.NAME);
        nameFolded = Columns.folded(name);
        kind = Columns.exact("kind", item.kind(), Columns.ID);
        sizeBytes = item.sizeBytes();
        labels = JsonColumn.ofStrings("labels", item.labels());
        settings = JsonColumn.ofLists("settings", item.settings());
        present = item.present() ? 1 : 0;
        lastSeen = Columns.exactMillis(item.lastSeen());
    }

    @Override
    public Instance toRecord() {
        return new Instance(
                id,
                providerId,
                externalId,
                name,
                kind,
                sizeBytes,
                JsonColumn.strings(labels),
                JsonColumn.lists(settings),
                present != 0,
                Instant.ofEpochMilli(lastSeen));
    }
}

package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Destination;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A destination. */
@Entity(name = "Destination")
@Table(name = "destinations")
class DestinationRow implements Row<Destination> {

    @Id
    String id = "";

    String type = "";
    String name = "";
    String settings = "";

    @Column(name = "vault_id")
    String vaultId = "";

    @Column(name = "health_state")
    String healthState = "";

    @Column(name = "health_message")
    String healthMessage = "";

    @Column(name = "health_checked")
    @Nullable
    Long healthChecked;

    @Column(name = "total_bytes")
    @Nullable
    Long totalBytes;

    @Column(name = "available_bytes")
    @Nullable
    Long availableBytes;

    @Override
    public void set(Destination item) {
        id = Columns.key("id", item.id(), Columns.ID);
        type = Columns.key("type", item.type(), Columns.ID);
        name = Columns.key("name", item.name(), Columns.NAME);
        settings = JsonColumn.ofLists("settings", item.settings());
        vaultId = Columns.exact("vaultId", item.vaultId(), Columns.ID);
        healthState = item.health().state().name();
        healthMessage = Columns.message(item.health().message(), Columns.MESSAGE);
        healthChecked = Columns.millis(item.health().checked());
        totalBytes = item.totalBytes();
        availableBytes = item.availableBytes();
    }

    @Override
    public Destination toRecord() {
        return new Destination(
                id,
                type,
                name,
                JsonColumn.lists(settings),
                vaultId,
                ProviderRow.health(healthState, healthMessage, healthChecked),
                totalBytes,
                availableBytes);
    }
}

package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Provider;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A provider. */
@Entity(name = "Provider")
@Table(name = "providers")
class ProviderRow implements Row<Provider> {

    @Id
    String id = "";

    String type = "";
    String name = "";
    String settings = "";

    @Column(name = "health_state")
    String healthState = "";

    @Column(name = "health_message")
    String healthMessage = "";

    @Column(name = "health_checked")
    @Nullable
    Long healthChecked;

    @Override
    public void set(Provider item) {
        id = Columns.key("id", item.id(), Columns.ID);
        type = Columns.key("type", item.type(), Columns.ID);
        name = Columns.key("name", item.name(), Columns.NAME);
        settings = JsonColumn.ofLists("settings", item.settings());
        healthState = item.health().state().name();
        healthMessage = Columns.message(item.health().message(), Columns.MESSAGE);
        healthChecked = Columns.millis(item.health().checked());
    }

    @Override
    public Provider toRecord() {
        return new Provider(
                id, type, name, JsonColumn.lists(settings), health(healthState, healthMessage, healthChecked));
    }

    static Health health(String state, String message, @Nullable Long checked) {
        return new Health(Columns.constant(Health.State.class, state), message, Columns.time(checked));
    }
}

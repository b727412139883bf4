package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.PluginContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;

/** The kind {@code memory}: everything that is opened through one object of this class shares one store. */
public final class MemoryDestinationType implements DestinationType {

    private final MemoryStore store;

    /** Destinations on that store. */
    public MemoryDestinationType(MemoryStore store) {
        this.store = store;
    }

    @Override
    public String id() {
        return "memory";
    }

    @Override
    public String displayName() {
        return "Memory (tests)";
    }

    @Override
    public SettingsSchema schema() {
        return SettingsSchema.of();
    }

    @Override
    public void initialize(Settings settings, PluginContext context) throws PluginException {
        String owner = store.owner();
        if (owner != null && !owner.equals(context.applianceId())) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, "the memory belongs to the appliance " + owner + "; take another one");
        }
        store.owner(context.applianceId());
    }

    @Override
    public Destination open(Settings settings, PluginContext context) throws PluginException {
        if (!context.applianceId().equals(store.owner())) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "the memory was not initialized by the appliance " + context.applianceId() + "; do that first");
        }
        return new MemoryDestination(store, context.clock());
    }
}

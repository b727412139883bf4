package io.holdfast.core.inventory.internal;

import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.StrategyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Descriptions of plugins, without plugins. */
final class FakePlugins implements PluginRegistry {

    private final List<PluginDescription> installed = new ArrayList<>();

    void install(PluginKind kind, String id, SettingsSchema schema, SettingsSchema instanceSchema) {
        installed.add(new PluginDescription(
                kind,
                id,
                id,
                schema,
                instanceSchema,
                SettingsSchema.of(),
                SettingsSchema.of(),
                SettingsSchema.of(),
                "b",
                "1"));
    }

    void uninstall(String id) {
        installed.removeIf(plugin -> plugin.id().equals(id));
    }

    @Override
    public List<PluginDescription> list() {
        return List.copyOf(installed);
    }

    @Override
    public List<PluginDescription> list(PluginKind kind) {
        return installed.stream().filter(plugin -> plugin.kind() == kind).toList();
    }

    @Override
    public Optional<PluginDescription> find(PluginKind kind, String id) {
        return list(kind).stream().filter(plugin -> plugin.id().equals(id)).findFirst();
    }

    @Override
    public PluginDescription describe(PluginKind kind, String id) throws PluginException {
        List<String> ids = list(kind).stream().map(PluginDescription::id).toList();
        return find(kind, id)
                .orElseThrow(() -> new PluginException(ErrorKind.UNSUPPORTED, "not installed; installed are " + ids));
    }

    @Override
    public PluginUse<StrategyType> useStrategy(String id, Runnable onDeparture) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginUse<DestinationType> useDestination(String id, Runnable onDeparture) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Subscription subscribe(Listener listener) {
        throw new UnsupportedOperationException();
    }
}

package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Providers as administrators define them. */
final class Providers {

    private final Catalog catalog;
    private final PluginRegistry plugins;
    private final SealedSettings sealed;
    private final IdSource ids;
    private final Uses uses;

    Providers(Catalog catalog, PluginRegistry plugins, SealedSettings sealed, IdSource ids) {
        this.catalog = catalog;
        this.plugins = plugins;
        this.sealed = sealed;
        this.ids = ids;
        this.uses = new Uses(catalog);
    }

    ProviderInfo info(Provider provider) {
        Optional<SettingsSchema> schema =
                plugins.find(PluginKind.STRATEGY, provider.type()).map(PluginDescription::schema);
        return new ProviderInfo(
                provider.id(),
                provider.type(),
                schema.isPresent(),
                provider.name(),
                sealed.shown(schema.orElse(null), provider.settings()),
                provider.health());
    }

    ProviderInfo create(String type, String name, Map<String, List<String>> settings) throws PluginException {
        Failures.checkedName("provider", name);
        SettingsSchema schema = schema(type);
        String id = ids.next();
        Provider provider =
                new Provider(id, type, name, sealed.store(owner(id), schema, settings, Map.of()), Health.unknown());
        Failures.translating(() -> {
            catalog.providers().add(provider);
            return id;
        });
        return info(provider);
    }

    ProviderInfo update(String id, @Nullable String name, @Nullable Map<String, List<String>> settings)
            throws PluginException {
        Provider before = stored(id);
        String newName = name == null ? before.name() : Failures.checkedName("provider", name);
        Map<String, List<String>> newSettings = settings == null
                ? before.settings()
                : sealed.store(owner(id), schema(before.type()), settings, before.settings());
        // what was found out about the old settings does not hold for new ones
        Optional<Provider> changed = Failures.translating(() -> catalog.providers()
                .change(
                        id,
                        now -> new Provider(
                                id,
                                now.type(),
                                newName,
                                settings == null ? now.settings() : newSettings,
                                settings == null ? now.health() : Health.unknown())));
        return info(changed.orElseThrow(() -> Failures.notFound("provider", id)));
    }

    void remove(String id) throws PluginException {
        Optional<Provider> provider = catalog.providers().find(id);
        if (provider.isEmpty()) {
            return;
        }
        uses.refuseIfProviderIsUsed("removing provider '" + provider.get().name() + "'", id);
        for (Instance instance : uses.instancesOf(id)) {
            Failures.translating(() -> {
                catalog.instances().remove(instance.id());
                return id;
            });
        }
        Failures.translating(() -> {
            catalog.providers().remove(id);
            return id;
        });
    }

    void health(String id, Health health) throws PluginException {
        if (catalog.providers()
                .change(id, now -> new Provider(id, now.type(), now.name(), now.settings(), health))
                .isEmpty()) {
            throw Failures.notFound("provider", id);
        }
    }

    Settings settings(String id) throws PluginException {
        Provider provider = stored(id);
        return sealed.open(owner(id), schema(provider.type()), provider.settings());
    }

    Provider stored(String id) throws PluginException {
        return catalog.providers().find(id).orElseThrow(() -> Failures.notFound("provider", id));
    }

    private SettingsSchema schema(String type) throws PluginException {
        return plugins.describe(PluginKind.STRATEGY, type).schema();
    }

    private static String owner(String id) {
        return "provider/" + id;
    }
}

package io.holdfast.core.inventory.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.InventoryResult;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.security.SecretStore;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The estate in the catalogue. */
@Component
public final class EstateComponent implements Estate {

    private final Catalog catalog;
    private final Providers providers;
    private final Destinations destinations;
    private final Instances instances;

    /** For the container. */
    @Activate
    public EstateComponent(
            @Reference Catalog catalog,
            @Reference PluginRegistry plugins,
            @Reference SecretStore secrets,
            @Reference IdSource ids) {
        this(catalog, plugins, secrets, ids, Clock.systemUTC());
    }

    EstateComponent(Catalog catalog, PluginRegistry plugins, SecretStore secrets, IdSource ids, Clock clock) {
        this.catalog = catalog;
        SealedSettings sealed = new SealedSettings(secrets);
        this.providers = new Providers(catalog, plugins, sealed, ids);
        this.destinations = new Destinations(catalog, plugins, sealed, ids);
        this.instances = new Instances(catalog, plugins, sealed, ids, clock);
    }

    @Override
    public Page<ProviderInfo> providers(PageRequest page) {
        return mapped(catalog.providers().list(page), providers::info);
    }

    @Override
    public Optional<ProviderInfo> provider(String id) {
        return catalog.providers().find(id).map(providers::info);
    }

    @Override
    public Optional<ProviderInfo> providerByName(String name) {
        return catalog.providers().findByName(name).map(providers::info);
    }

    @Override
    public ProviderInfo createProvider(String type, String name, Map<String, List<String>> settings)
            throws PluginException {
        return providers.create(type, name, settings);
    }

    @Override
    public ProviderInfo updateProvider(String id, @Nullable String name, @Nullable Map<String, List<String>> settings)
            throws PluginException {
        return providers.update(id, name, settings);
    }

    @Override
    public void removeProvider(String id) throws PluginException {
        providers.remove(id);
    }

    @Override
    public void providerHealth(String id, Health health) throws PluginException {
        providers.health(id, health);
    }

    @Override
    public Settings providerSettings(String id) throws PluginException {
        return providers.settings(id);
    }

    @Override
    public Page<DestinationInfo> destinations(PageRequest page) {
        return mapped(catalog.destinations().list(page), destinations::info);
    }

    @Override
    public Optional<DestinationInfo> destination(String id) {
        return catalog.destinations().find(id).map(destinations::info);
    }

    @Override
    public Optional<DestinationInfo> destinationByName(String name) {
        return catalog.destinations().findByName(name).map(destinations::info);
    }

    @Override
    public DestinationInfo createDestination(String type, String name, Map<String, List<String>> settings)
            throws PluginException {
        return destinations.create(type, name, settings);
    }

    @Override
    public DestinationInfo updateDestination(
            String id, @Nullable String name, @Nullable Map<String, List<String>> settings) throws PluginException {
        return destinations.update(id, name, settings);
    }

    @Override
    public void checkDestination(
            String id,
            @Nullable String name,
            @Nullable Map<String, List<String>> settings,
            @Nullable Integer immutableDays)
            throws PluginException {
        destinations.check(id, name, settings);
        if (immutableDays != null) {
            Destinations.checkDays(immutableDays);
        }
    }

    @Override
    public void checkRemoveDestination(String id) throws PluginException {
        destinations.checkRemove(id);
    }

    @Override
    public void checkImmutableDays(int days) throws PluginException {
        Destinations.checkDays(days);
    }

    @Override
    public void removeDestination(String id) throws PluginException {
        destinations.remove(id);
    }

    @Override
    public void destinationHealth(String id, Health health, @Nullable Long totalBytes, @Nullable Long availableBytes)
            throws PluginException {
        destinations.health(id, health, totalBytes, availableBytes);
    }

    @Override
    public void destinationVaultDestroyed(String id, String vaultId) throws PluginException {
        destinations.vaultDestroyed(id, vaultId);
    }

    @Override
    public void destinationVault(String id, String vaultId) throws PluginException {
        destinations.vault(id, vaultId);
    }

    @Override
    public DestinationInfo immutableDays(String id, int days) throws PluginException {
        return destinations.immutableDays(id, days);
    }

    @Override
    public Settings destinationSettings(String id) throws PluginException {
        return destinations.settings(id);
    }

    @Override
    public Page<InstanceInfo> instances(@Nullable String providerId, @Nullable String nameContains, PageRequest page) {
        return mapped(catalog.instances().list(providerId, nameContains, page), instances::info);
    }

    @Override
    public Optional<InstanceInfo> instance(String id) {
        return catalog.instances().find(id).map(instances::info);
    }

    @Override
    public InventoryResult recordInventory(String providerId, Collection<InstanceDescription> found)
            throws PluginException {
        return instances.recordAll(providerId, found);
    }

    @Override
    public InstanceInfo recordInstance(String providerId, InstanceDescription found) throws PluginException {
        return instances.info(instances.record(providerId, found));
    }

    @Override
    public InstanceInfo updateInstance(String id, Map<String, List<String>> settings) throws PluginException {
        return instances.update(id, settings);
    }

    @Override
    public void removeInstance(String id) throws PluginException {
        instances.remove(id);
    }

    @Override
    public Settings instanceSettings(String id) throws PluginException {
        return instances.settings(id);
    }

    private static <A, B> Page<B> mapped(Page<A> page, Function<A, B> mapping) {
        return new Page<>(page.items().stream().map(mapping).toList(), page.total());
    }
}

package io.holdfast.access.model.fakes;

import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.Estate;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.inventory.InventoryResult;
import io.holdfast.core.inventory.ProviderInfo;
import io.holdfast.core.inventory.ShownSettings;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.InstanceDescription;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Providers, destinations and instances in memory. The setting {@code password} is a secret, {@code bad} is unknown. */
public final class FakeEstate implements Estate {

    public final Map<String, ProviderInfo> providers = new TreeMap<>();
    public final Map<String, DestinationInfo> destinations = new TreeMap<>();
    public final Map<String, InstanceInfo> instances = new TreeMap<>();

    private static ShownSettings shown(Map<String, List<String>> given, Set<String> before) throws PluginException {
        if (given.containsKey("bad")) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "unknown setting 'bad'; known are url, password");
        }
        Map<String, List<String>> values = new TreeMap<>(given);
        Set<String> secrets = new TreeSet<>(before);
        List<String> password = values.remove("password");
        if (password != null && password.isEmpty()) {
            secrets.remove("password");
        } else if (password != null) {
            secrets.add("password");
        }
        return new ShownSettings(values, secrets);
    }

    @Override
    public Page<ProviderInfo> providers(PageRequest page) {
        return FakeRepository.page(List.copyOf(providers.values()), page);
    }

    @Override
    public Optional<ProviderInfo> provider(String id) {
        return Optional.ofNullable(providers.get(id));
    }

    @Override
    public Optional<ProviderInfo> providerByName(String name) {
        return providers.values().stream().filter(p -> p.name().equals(name)).findFirst();
    }

    @Override
    public ProviderInfo createProvider(String type, String name, Map<String, List<String>> settings)
            throws PluginException {
        if (providerByName(name).isPresent()) {
            throw new PluginException(ErrorKind.ALREADY_EXISTS, "a provider called '" + name + "' exists");
        }
        String id = "p" + (providers.size() + 1);
        ProviderInfo made = new ProviderInfo(id, type, true, name, shown(settings, Set.of()), Health.unknown());
        providers.put(id, made);
        return made;
    }

    @Override
    public ProviderInfo updateProvider(String id, String name, Map<String, List<String>> settings)
            throws PluginException {
        ProviderInfo p = providers.get(id);
        ShownSettings now =
                settings == null ? p.settings() : shown(settings, p.settings().secretsSet());
        ProviderInfo changed = new ProviderInfo(id, p.type(), true, name == null ? p.name() : name, now, p.health());
        providers.put(id, changed);
        return changed;
    }

    @Override
    public void removeProvider(String id) throws PluginException {
        if (instances.values().stream().anyMatch(i -> i.providerId().equals(id))) {
            throw new PluginException(ErrorKind.CONFLICT, "provider '" + id + "' has instances with backups");
        }
        providers.remove(id);
    }

    @Override
    public void providerHealth(String id, Health health) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Settings providerSettings(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<DestinationInfo> destinations(PageRequest page) {
        return FakeRepository.page(List.copyOf(destinations.values()), page);
    }

    @Override
    public Optional<DestinationInfo> destination(String id) {
        return Optional.ofNullable(destinations.get(id));
    }

    @Override
    public Optional<DestinationInfo> destinationByName(String name) {
        return destinations.values().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    @Override
    public DestinationInfo createDestination(String type, String name, Map<String, List<String>> settings)
            throws PluginException {
        String id = "d" + (destinations.size() + 1);
        DestinationInfo made = new DestinationInfo(
                id, type, true, name, shown(settings, Set.of()), "", Health.unknown(), 1000L, 400L, 0);
        destinations.put(id, made);
        return made;
    }

    @Override
    public DestinationInfo updateDestination(String id, String name, Map<String, List<String>> settings)
            throws PluginException {
        DestinationInfo d = destinations.get(id);
        ShownSettings now =
                settings == null ? d.settings() : shown(settings, d.settings().secretsSet());
        DestinationInfo changed = new DestinationInfo(
                id,
                d.type(),
                true,
                name == null ? d.name() : name,
                now,
                d.vaultId(),
                d.health(),
                d.totalBytes(),
                d.availableBytes(),
                d.immutableDays());
        destinations.put(id, changed);
        return changed;
    }

    /** Destinations that something uses. */
    public final Set<String> used = new TreeSet<>();

    @Override
    public void checkDestination(String id, String name, Map<String, List<String>> settings, Integer immutableDays)
            throws PluginException {
        if (settings != null) {
            shown(settings, Set.of());
        }
        if (immutableDays != null) {
            checkImmutableDays(immutableDays);
        }
    }

    @Override
    public void checkRemoveDestination(String id) throws PluginException {
        if (used.contains(id)) {
            throw new PluginException(ErrorKind.CONFLICT, "destination '" + id + "' is used by 3 backups on it");
        }
    }

    @Override
    public void checkImmutableDays(int days) throws PluginException {
        if (days < 0 || days > 36_500) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "immutable days are 0 to 36500, not " + days);
        }
    }

    @Override
    public DestinationInfo immutableDays(String id, int days) throws PluginException {
        checkImmutableDays(days);
        DestinationInfo d = destinations.get(id);
        DestinationInfo changed = new DestinationInfo(
                id,
                d.type(),
                true,
                d.name(),
                d.settings(),
                d.vaultId(),
                d.health(),
                d.totalBytes(),
                d.availableBytes(),
                days);
        destinations.put(id, changed);
        return changed;
    }

    @Override
    public void removeDestination(String id) throws PluginException {
        checkRemoveDestination(id);
        destinations.remove(id);
    }

    @Override
    public void destinationHealth(String id, Health health, Long totalBytes, Long availableBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void destinationVaultDestroyed(String id, String vaultId) {
        destinationVault(id, "");
    }

    @Override
    public void destinationVault(String id, String vaultId) {
        DestinationInfo d = destinations.get(id);
        destinations.put(
                id,
                new DestinationInfo(
                        id,
                        d.type(),
                        true,
                        d.name(),
                        d.settings(),
                        vaultId,
                        d.health(),
                        d.totalBytes(),
                        d.availableBytes(),
                        d.immutableDays()));
    }

    @Override
    public Settings destinationSettings(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<InstanceInfo> instances(String providerId, String nameContains, PageRequest page) {
        return FakeRepository.page(
                instances.values().stream()
                        .filter(i -> providerId == null || i.providerId().equals(providerId))
                        .filter(i -> nameContains == null || i.name().contains(nameContains))
                        .toList(),
                page);
    }

    @Override
    public Optional<InstanceInfo> instance(String id) {
        return Optional.ofNullable(instances.get(id));
    }

    @Override
    public InventoryResult recordInventory(String providerId, Collection<InstanceDescription> found) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstanceInfo recordInstance(String providerId, InstanceDescription found) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstanceInfo updateInstance(String id, Map<String, List<String>> settings) throws PluginException {
        InstanceInfo i = instances.get(id);
        InstanceInfo changed = new InstanceInfo(
                id,
                i.providerId(),
                i.externalId(),
                i.name(),
                i.kind(),
                i.sizeBytes(),
                i.labels(),
                shown(settings, i.settings().secretsSet()),
                i.present(),
                i.lastSeen());
        instances.put(id, changed);
        return changed;
    }

    @Override
    public void removeInstance(String id) {
        instances.remove(id);
    }

    @Override
    public Settings instanceSettings(String id) {
        throw new UnsupportedOperationException();
    }
}

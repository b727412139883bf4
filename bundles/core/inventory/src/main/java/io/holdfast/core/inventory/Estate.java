package io.holdfast.core.inventory;

import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.InstanceDescription;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that an administrator has told the appliance about, and what inventories found: providers, destinations,
 * instances. An OSGi service, present while the catalogue is. All methods may be called from any thread; a change is
 * stored when the method returns, and a method that throws has changed nothing.
 *
 * <p>Settings are checked against the schema of the installed plugin before they are stored, secrets are stored sealed
 * and never shown again. Common failures of all methods: {@code NOT_FOUND} for an unknown id, {@code UNSUPPORTED} if the
 * plugin that is needed is not installed (the message lists what is), {@code INVALID_CONFIG} for values that are not
 * acceptable, {@code ALREADY_EXISTS} for a name that is taken. Failures of the catalogue itself are
 * {@link io.holdfast.core.catalog.CatalogException}s.
 */
@ProviderType
public interface Estate {

    // ---- providers

    /** One page of providers, by name. */
    Page<ProviderInfo> providers(PageRequest page);

    /** A provider by its id. */
    Optional<ProviderInfo> provider(String id);

    /** A provider by its name. */
    Optional<ProviderInfo> providerByName(String name);

    /**
     * Adds a provider. Nothing is contacted.
     *
     * @param type id of an installed strategy
     * @param name unique among providers, 1 to 255 characters
     * @param settings values by name, checked against the strategy's schema
     */
    ProviderInfo createProvider(String type, String name, Map<String, List<String>> settings) throws PluginException;

    /**
     * Changes a provider.
     *
     * @param name its new name; null to keep it
     * @param settings all its settings anew; null to keep them. A secret that is left out keeps its value; one that is
     *     given as an empty list loses it
     */
    ProviderInfo updateProvider(String id, @Nullable String name, @Nullable Map<String, List<String>> settings)
            throws PluginException;

    /**
     * Removes a provider with its instances. Removing what is not there is harmless.
     *
     * @throws PluginException {@code CONFLICT}, naming what uses it: an instance with backups, a workflow that has not
     *     ended, something on the provider that still has to be cleaned up
     */
    void removeProvider(String id) throws PluginException;

    /** Notes what a test, an inventory or a task found. */
    void providerHealth(String id, Health health) throws PluginException;

    /** The settings of a provider with secrets in clear, for one task. */
    Settings providerSettings(String id) throws PluginException;

    // ---- destinations

    /** One page of destinations, by name. */
    Page<DestinationInfo> destinations(PageRequest page);

    /** A destination by its id. */
    Optional<DestinationInfo> destination(String id);

    /** A destination by its name. */
    Optional<DestinationInfo> destinationByName(String name);

    /**
     * Adds a destination. Nothing is contacted and no vault is made.
     *
     * @param type id of an installed destination type
     * @param name unique among destinations, 1 to 255 characters
     * @param settings values by name, checked against the type's schema
     */
    DestinationInfo createDestination(String type, String name, Map<String, List<String>> settings)
            throws PluginException;

    /** Changes a destination, as {@link #updateProvider}. */
    DestinationInfo updateDestination(String id, @Nullable String name, @Nullable Map<String, List<String>> settings)
            throws PluginException;

    /**
     * Refuses what {@link #updateDestination} and {@link #immutableDays} would refuse now; changes nothing.
     *
     * @param immutableDays null if they are not changed
     */
    void checkDestination(
            String id,
            @Nullable String name,
            @Nullable Map<String, List<String>> settings,
            @Nullable Integer immutableDays)
            throws PluginException;

    /**
     * Refuses what {@link #removeDestination} would refuse now; changes nothing.
     *
     * @throws PluginException {@code CONFLICT}, naming what uses it
     */
    void checkRemoveDestination(String id) throws PluginException;

    /**
     * Refuses a number of days that {@link #immutableDays} would refuse.
     *
     * @throws PluginException {@code INVALID_CONFIG}
     */
    void checkImmutableDays(int days) throws PluginException;

    /**
     * Removes a destination from the appliance; what is kept on it stays there, and so does its key material. Removing
     * what is not there is harmless.
     *
     * @throws PluginException {@code CONFLICT}, naming what uses it: backups that are known to be on it, a policy, a
     *     workflow that has not ended
     */
    void removeDestination(String id) throws PluginException;

    /** Notes what a test or a task found; capacity may be unknown. */
    void destinationHealth(String id, Health health, @Nullable Long totalBytes, @Nullable Long availableBytes)
            throws PluginException;

    /**
     * Notes which vault is on a destination.
     *
     * @throws PluginException {@code CONFLICT} if another vault was noted before
     */
    void destinationVault(String id, String vaultId) throws PluginException;

    /**
     * Notes that the keys of the vault on a destination were destroyed: it has no vault any more that could be used. Idempotent.
     *
     * @throws PluginException {@code NOT_FOUND}
     */
    void destinationVaultDestroyed(String id, String vaultId) throws PluginException;

    /**
     * Sets for how many days nobody can delete what a new backup on a destination needs. Applies to backups that begin after that: a lock
     * that exists is never shortened.
     *
     * @param days 0 for not at all, to 36,500; the destination must be able to lock objects, or backups to it fail
     */
    DestinationInfo immutableDays(String id, int days) throws PluginException;

    /** The settings of a destination with secrets in clear, for one task. */
    Settings destinationSettings(String id) throws PluginException;

    // ---- instances

    /**
     * One page of instances, by name.
     *
     * @param providerId whose; null for all
     * @param nameContains part of the name, in any case; null for all
     */
    Page<InstanceInfo> instances(@Nullable String providerId, @Nullable String nameContains, PageRequest page);

    /** An instance by its id. */
    Optional<InstanceInfo> instance(String id);

    /**
     * Stores the result of a complete inventory: adds what is new, updates what changed, marks as not present what was
     * not found. Nothing is removed: backups may need it.
     *
     * @param found every instance of the provider
     */
    InventoryResult recordInventory(String providerId, Collection<InstanceDescription> found) throws PluginException;

    /** Adds or updates one instance that was named by hand. */
    InstanceInfo recordInstance(String providerId, InstanceDescription found) throws PluginException;

    /** Sets the settings of an instance, checked against the strategy's instance schema; as {@link #updateProvider}. */
    InstanceInfo updateInstance(String id, Map<String, List<String>> settings) throws PluginException;

    /**
     * Removes an instance from the appliance. Removing what is not there is harmless; an inventory may bring it back.
     *
     * @throws PluginException {@code CONFLICT} if it has backups or a workflow that has not ended
     */
    void removeInstance(String id) throws PluginException;

    /** The settings of an instance with secrets in clear, for one task. */
    Settings instanceSettings(String id) throws PluginException;
}

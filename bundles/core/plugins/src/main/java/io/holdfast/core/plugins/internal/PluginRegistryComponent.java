package io.holdfast.core.plugins.internal;

import io.holdfast.core.plugins.DestinationOptions;
import io.holdfast.core.plugins.PluginDescription;
import io.holdfast.core.plugins.PluginKind;
import io.holdfast.core.plugins.PluginRegistry;
import io.holdfast.core.plugins.PluginUse;
import io.holdfast.core.plugins.internal.InstalledPlugins.Change;
import io.holdfast.core.plugins.internal.InstalledPlugins.Installed;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.settings.SettingsSchema;
import io.holdfast.spi.strategy.StrategyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the services that plugins register. */
@Component(immediate = true)
public final class PluginRegistryComponent implements PluginRegistry {

    /** @param grace how long a leaving plugin waits for the tasks that use it */
    record Settings(Duration grace) {}

    private static final Logger LOG = LoggerFactory.getLogger(PluginRegistryComponent.class);

    private final InstalledPlugins<StrategyType> strategies = new InstalledPlugins<>(
            PluginKind.STRATEGY,
            (type, bundle, version) -> new PluginDescription(
                    PluginKind.STRATEGY,
                    type.id(),
                    type.displayName(),
                    InstalledPlugins.present(type.schema()),
                    InstalledPlugins.present(type.instanceSchema()),
                    InstalledPlugins.present(type.restoreSchema()),
                    InstalledPlugins.present(type.instantSchema()),
                    InstalledPlugins.present(type.proofSchema()),
                    bundle,
                    version));
    private final InstalledPlugins<DestinationType> destinations = new InstalledPlugins<>(
            PluginKind.DESTINATION,
            (type, bundle, version) -> new PluginDescription(
                    PluginKind.DESTINATION,
                    type.id(),
                    type.displayName(),
                    DestinationOptions.with(InstalledPlugins.present(type.schema())),
                    SettingsSchema.of(),
                    SettingsSchema.of(),
                    SettingsSchema.of(),
                    SettingsSchema.of(),
                    bundle,
                    version));
    private final OpenUses uses = new OpenUses();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Settings settings;

    /** For the container. */
    @Activate
    public PluginRegistryComponent() {
        this(new Settings(Duration.ofSeconds(10)));
    }

    PluginRegistryComponent(Settings settings) {
        this.settings = settings;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, unbind = "strategyLeaves")
    void strategyArrives(StrategyType type, ServiceReference<StrategyType> reference) {
        addStrategy(type, name(reference), version(reference));
    }

    void addStrategy(StrategyType type, String bundleName, String bundleVersion) {
        announce(strategies.add(type, bundleName, bundleVersion));
    }

    void strategyLeaves(StrategyType type) {
        leave(strategies.remove(type));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "destinationLeaves")
    void destinationArrives(DestinationType type, ServiceReference<DestinationType> reference) {
        addDestination(type, name(reference), version(reference));
    }

    void addDestination(DestinationType type, String bundleName, String bundleVersion) {
        announce(destinations.add(type, bundleName, bundleVersion));
    }

    void destinationLeaves(DestinationType type) {
        leave(destinations.remove(type));
    }

    private <T> void leave(Change<T> change) {
        Installed<T> gone = change.gone();
        if (gone != null) {
            uses.depart(gone.type(), text(gone.description()), settings.grace());
        }
        announce(change);
    }

    private <T> void announce(Change<T> change) {
        tell(change.gone(), false);
        tell(change.come(), true);
    }

    private <T> void tell(@Nullable Installed<T> plugin, boolean installed) {
        if (plugin == null) {
            return;
        }
        LOG.info("{} {}", text(plugin.description()), installed ? "is installed" : "has left");
        for (Listener listener : listeners) {
            try {
                listener.changed(plugin.description(), installed);
            } catch (RuntimeException e) {
                LOG.error("A listener failed", e);
            }
        }
    }

    private static String text(PluginDescription plugin) {
        return "The " + noun(plugin.kind()) + " '" + plugin.id() + "' (" + plugin.bundleName() + " "
                + plugin.bundleVersion() + ")";
    }

    private static String name(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "a bundle that has left" : String.valueOf(bundle.getSymbolicName());
    }

    private static String version(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "" : bundle.getVersion().toString();
    }

    @Override
    public List<PluginDescription> list() {
        List<PluginDescription> all = new ArrayList<>(strategies.list());
        all.addAll(destinations.list());
        return List.copyOf(all);
    }

    @Override
    public List<PluginDescription> list(PluginKind kind) {
        return of(kind).list();
    }

    @Override
    public Optional<PluginDescription> find(PluginKind kind, String id) {
        return of(kind).find(id).map(Installed::description);
    }

    @Override
    public PluginDescription describe(PluginKind kind, String id) throws PluginException {
        return installed(kind, of(kind), id).description();
    }

    private InstalledPlugins<?> of(PluginKind kind) {
        return kind == PluginKind.STRATEGY ? strategies : destinations;
    }

    @Override
    public PluginUse<StrategyType> useStrategy(String id, Runnable onDeparture) throws PluginException {
        return use(PluginKind.STRATEGY, strategies, id, onDeparture);
    }

    @Override
    public PluginUse<DestinationType> useDestination(String id, Runnable onDeparture) throws PluginException {
        return use(PluginKind.DESTINATION, destinations, id, onDeparture);
    }

    private <T> PluginUse<T> use(PluginKind kind, InstalledPlugins<T> plugins, String id, Runnable onDeparture)
            throws PluginException {
        Installed<T> found = installed(kind, plugins, id);
        PluginUse<T> use = uses.begin(found, onDeparture);
        // it may have left between the look and the entry, and have told everybody but us
        boolean still =
                plugins.find(id).filter(now -> now.type() == found.type()).isPresent();
        if (!still && !use.departed()) {
            use.close();
            return use(kind, plugins, id, onDeparture);
        }
        return use;
    }

    private static <T> Installed<T> installed(PluginKind kind, InstalledPlugins<T> plugins, String id)
            throws PluginException {
        Optional<Installed<T>> found = plugins.find(id);
        if (found.isPresent()) {
            return found.get();
        }
        List<String> ids = plugins.list().stream().map(PluginDescription::id).toList();
        throw new PluginException(
                ErrorKind.UNSUPPORTED,
                "the " + noun(kind) + " '" + printable(id) + "' is not installed; "
                        + (ids.isEmpty() ? "none is" : "installed are " + String.join(", ", ids))
                        + "; install the bundle that brings it or choose another");
    }

    private static String noun(PluginKind kind) {
        return kind == PluginKind.STRATEGY ? "strategy" : "destination type";
    }

    private static String printable(String id) {
        String cut = id.length() > 64 ? id.substring(0, 64) + "..." : id;
        return cut.replaceAll("\\p{Cntrl}", "?").toLowerCase(Locale.ROOT);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        // wrapped, so that the same listener may subscribe twice
        Listener own = listener::changed;
        listeners.add(own);
        return () -> listeners.remove(own);
    }
}

package io.holdfast.core.plugins;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.spi.strategy.StrategyType;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The strategies and destinations that are installed now. An OSGi service that is always there; plugins come and go
 * while the appliance runs. All methods may be called from any thread.
 *
 * <p>If two bundles offer the same id, the first one wins and the other waits until it has left; a warning names both.
 */
@ProviderType
public interface PluginRegistry {

    /** Every installed plugin, strategies first, then by id. */
    List<PluginDescription> list();

    /** The installed plugins of one kind, by id. */
    List<PluginDescription> list(PluginKind kind);

    /** What a plugin says about itself; empty if it is not installed. */
    Optional<PluginDescription> find(PluginKind kind, String id);

    /**
     * What a plugin says about itself.
     *
     * @throws PluginException {@code UNSUPPORTED} if it is not installed; the message lists what is
     */
    PluginDescription describe(PluginKind kind, String id) throws PluginException;

    /**
     * Begins to use a strategy. To be closed when the task ends.
     *
     * <p>When the plugin's bundle leaves while the use is open, {@code onDeparture} is called once, on the thread that
     * stops the bundle: it cancels the task and returns at once. That thread then waits a bounded time for the use to be
     * closed, so that the task can clean up through a plugin that still works.
     *
     * @param id the strategy type's id
     * @param onDeparture what to do when the plugin leaves
     * @throws PluginException {@code UNSUPPORTED} if it is not installed; the message lists what is
     */
    PluginUse<StrategyType> useStrategy(String id, Runnable onDeparture) throws PluginException;

    /**
     * Begins to use a destination type, as {@link #useStrategy}.
     *
     * @param id the destination type's id
     * @param onDeparture what to do when the plugin leaves
     * @throws PluginException {@code UNSUPPORTED} if it is not installed; the message lists what is
     */
    PluginUse<DestinationType> useDestination(String id, Runnable onDeparture) throws PluginException;

    /**
     * Asks to be told of arrivals and departures, for instance to queue again what waits for a plugin.
     *
     * @param listener called after the change, on the thread that made it; returns quickly and throws nothing
     * @return closing it ends the notifications
     */
    Subscription subscribe(Listener listener);

    /** Learns of arrivals and departures. */
    @FunctionalInterface
    interface Listener {
        /**
         * A plugin has become usable or stopped being so.
         *
         * @param plugin which
         * @param installed whether it is usable now
         */
        void changed(PluginDescription plugin, boolean installed);
    }

    /** A running subscription. */
    @ProviderType
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}

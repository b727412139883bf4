package io.holdfast.core.plugins;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The permission to use a plugin until it is closed or the plugin departs. Held for one task and never longer.
 *
 * @param <T> the type of the plugin's service
 */
@ProviderType
public interface PluginUse<T> extends AutoCloseable {

    /** The live service. Not to be kept after {@link #close}, nor handed to another task. */
    T type();

    /** What the plugin said about itself when the use began. */
    PluginDescription description();

    /** Whether the plugin has left meanwhile. Failures seen after that are explained by it. */
    boolean departed();

    /** Ends the use. Closing twice is harmless. */
    @Override
    void close();
}

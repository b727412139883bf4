package io.holdfast.spi.context;

import io.holdfast.spi.PluginException;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Remembers what a task creates outside of Holdfast (a snapshot, a temporary volume, an attachment), so that it is
 * undone even when the node dies. Provided by the core.
 *
 * <p>The order is: {@link #record} first, then create, then, when it is gone again, {@link Entry#undone}. After a crash
 * the core hands every open entry to {@code Strategy.undo}. Undoing something that was never created must succeed.
 */
@ProviderType
public interface SideEffectJournal {

    /**
     * Writes an intention down. When this returns, the entry survives a crash.
     *
     * @param kind what will be created, in the plugin's own words, such as {@code snapshot}; at most 64 characters
     * @param details everything needed to find and remove it; no secrets
     * @throws PluginException if the entry could not be stored; then nothing may be created
     */
    Entry record(String kind, Map<String, String> details) throws PluginException;

    /** One intention. */
    @ProviderType
    interface Entry {
        /** Identifies the entry. */
        String id();

        /** What was to be created. */
        String kind();

        /** How to find it. */
        Map<String, String> details();

        /**
         * Says that there is nothing to undo any more: the thing is gone, was never made, or is meant to stay from now on.
         *
         * @throws PluginException if that could not be stored; the entry will be undone again later
         */
        void undone() throws PluginException;
    }
}

package io.holdfast.spi.context;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells running work that nobody wants its result any more. Provided by the core.
 *
 * <p>Safe for use from any thread. A plugin polls {@link #throwIfCancelled} at least once a second and at least once
 * for every 8 MiB that it moves, or registers an action that unblocks whatever it waits for.
 */
@ProviderType
public interface Cancellation {

    /** Whether the work was cancelled. Once true, it stays true. */
    boolean isCancelled();

    /**
     * Registers an action that runs once when the work is cancelled, on the cancelling thread; at once if it already is.
     * The action must be quick and must not throw.
     *
     * @return closing it takes the action back
     */
    Registration onCancel(Runnable action);

    /** @throws PluginException {@code CANCELLED} if the work was cancelled */
    void throwIfCancelled() throws PluginException;

    /** Takes a registered action back. Closing twice is harmless. */
    @ProviderType
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}

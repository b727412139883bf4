package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An instance that runs from a backup, as long as this node serves its disks. Implemented by plugins. Since 1.1.
 *
 * <p>Life: {@link #tend} every few seconds; at the end either {@link #move} or {@link #discard}, or neither; {@link #close} always
 * and last. The methods are called by one thread at a time.
 */
@ConsumerType
public interface InstantSession extends AutoCloseable {

    /** What runs and where, in a sentence for administrators. */
    String place();

    /**
     * Looks after the instance: lets it go on if it waits for its disks. An instance that was stopped or removed by somebody else
     * is no failure.
     *
     * @throws PluginException if this session cannot serve it any more; it is closed then, and the instance is taken up again
     */
    void tend() throws PluginException;

    /**
     * Moves the instance to the provider's own storage while it runs. When this returns, it needs neither the backup nor this
     * node, and what was made for it meanwhile is gone.
     *
     * @return what is now where, in a sentence for administrators
     * @throws PluginException the instance still runs from the backup, and this may be tried again; {@code CANCELLED} within seconds
     *     of a cancellation
     */
    String move() throws PluginException;

    /** Ends the instance and removes it with everything that it wrote. May be repeated. */
    void discard() throws PluginException;

    /**
     * Lets go. What was neither moved nor discarded waits, with its entries in the journal, to be taken up again. Fast: what the
     * instance was told is written is in the directory already.
     */
    @Override
    void close();
}

package io.holdfast.spi.destination;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A destination that can refuse deletion until a given time, by the means of the store itself. Implemented by plugins,
 * on the same object as {@link Destination}, declared by {@link DestinationCapability#IMMUTABILITY}.
 */
@ConsumerType
public interface ImmutableStore {

    /**
     * Locks an object, or prolongs its lock. A lock is never shortened: an earlier time than the present one leaves it.
     *
     * @param until when deletion becomes possible, by the clock of the store
     * @throws PluginException {@code NOT_FOUND} if there is no such object
     */
    void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException;

    /** Until when the object is locked; empty if it is not. */
    Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) throws PluginException;
}

package io.holdfast.core.vault.internal.lock;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The locks of a destination, whether it has any or not. */
public final class ImmutableObjects {

    private final @Nullable ImmutableStore store;

    /** The locks of that destination. */
    public ImmutableObjects(Destination destination) {
        boolean declared = destination.capabilities().contains(DestinationCapability.IMMUTABILITY);
        this.store = declared && destination instanceof ImmutableStore immutable ? immutable : null;
    }

    /** @throws PluginException {@code UNSUPPORTED} if nothing can be locked */
    public void require() throws PluginException {
        if (store == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "Backups are to be immutable for some time, but the destination cannot lock objects: give it what it needs for that,"
                            + " use another one, or set its immutable days to 0.");
        }
    }

    /** Locks an object or prolongs its lock. */
    public void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
        require();
        if (store != null) {
            store.lock(key, until, context);
        }
    }

    /** Until when an object cannot be deleted; empty if it can. */
    public Optional<Instant> until(ObjectKey key, TransferContext context) throws PluginException {
        return store == null ? Optional.empty() : store.lockedUntil(key, context);
    }
}

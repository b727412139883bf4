package io.holdfast.spi.context;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What accompanies one call to a destination. Provided by the core. Must not be kept after the call; that of a read ends
 * when the stream that it returned is closed.
 */
@ProviderType
public interface TransferContext {

    /** Cancels the call. */
    Cancellation cancellation();

    /**
     * Reports payload bytes as they move, for progress and rate limits. May block to hold the transfer to a rate.
     *
     * @param bytes bytes since the last report, not negative
     */
    void transferred(long bytes);
}

package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.ItemChange;
import java.io.InputStream;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes objects of a cloud service back. Implemented by plugins. Called by several threads at once. */
@ConsumerType
public interface ItemTarget extends AutoCloseable {

    /**
     * Recreates one object, as a copy or over what is there by the rule of the request.
     *
     * @param item as it was backed up, never a tombstone
     * @param content its bytes; read to the end, not closed
     */
    void put(ItemChange item, InputStream content) throws PluginException;

    /** Everything has come. */
    void complete() throws PluginException;

    @Override
    void close();
}

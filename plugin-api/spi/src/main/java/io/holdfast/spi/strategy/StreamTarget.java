package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes a dump back. Implemented by plugins. */
@ConsumerType
public interface StreamTarget extends AutoCloseable {

    /** Where the bytes go, in order; called once. */
    OutputStream stream() throws PluginException;

    /** The last byte was written. Throws if the receiving program was not content. */
    void complete() throws PluginException;

    @Override
    void close();
}

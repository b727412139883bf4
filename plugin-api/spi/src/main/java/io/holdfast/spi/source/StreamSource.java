package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import java.io.InputStream;
import org.osgi.annotation.versioning.ConsumerType;

/** Bytes in order, of unknown length: a dump. Implemented by plugins. */
@ConsumerType
public non-sealed interface StreamSource extends Source {

    /**
     * Starts the stream; called once. An {@link java.io.IOException} while reading, or from {@code close} after the
     * end, fails the task: a dump whose program ended badly must throw, not end.
     */
    InputStream open() throws PluginException;
}

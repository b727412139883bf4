package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ConsumerType;

/** The content of one file, open for reading. Implemented by plugins. */
@ConsumerType
public interface FileContent extends RandomReadable {

    /**
     * Whether the file changed since the walk described it, as far as can be told now. Asked after the last read,
     * before {@link #close}; the core then marks the entry and reports a problem of kind {@code CONFLICT}.
     */
    default boolean changedWhileRead() throws PluginException {
        return false;
    }
}

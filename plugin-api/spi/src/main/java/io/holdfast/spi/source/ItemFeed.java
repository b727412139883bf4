package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/** The objects of a cloud service, or what changed of them. Implemented by plugins, used by one thread. */
@ConsumerType
public interface ItemFeed extends AutoCloseable {

    /**
     * Whether the feed lists everything. If not, what it does not mention is as it was in the backup that the export's
     * change token stands for.
     */
    boolean complete();

    /** The next change in any order; of several changes of one id the last counts. Null at the end. */
    @Nullable
    ItemChange next() throws PluginException;

    @Override
    void close();
}

package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import java.io.InputStream;
import org.osgi.annotation.versioning.ConsumerType;

/** Many small objects with ids, such as mails or documents. Implemented by plugins. */
@ConsumerType
public non-sealed interface ItemSource extends Source {

    /** Starts the feed; called once a session. */
    ItemFeed feed(SourceProblems problems) throws PluginException;

    /**
     * Opens the content of an object from the feed; several at once.
     *
     * @throws PluginException {@code NOT_FOUND} if it vanished, {@code PERMISSION} if it cannot be read: the object is
     *     left out and reported; any other kind fails the task
     */
    InputStream open(ItemChange item) throws PluginException;
}

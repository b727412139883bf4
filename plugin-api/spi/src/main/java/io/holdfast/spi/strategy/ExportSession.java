package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An instance held still for reading. Implemented by plugins.
 *
 * <p>Life: {@link #sources} are read, possibly at the same time; {@link #readingDone} once the last byte is read;
 * {@link #committed} once the backup is safely stored, perhaps much later; {@link #close} always and last.
 */
@ConsumerType
public interface ExportSession extends AutoCloseable {

    /**
     * What is needed to recreate the instance besides its data, by document name, such as {@code domain.xml}. In all at
     * most 16 MiB. Encrypted like the data.
     */
    Map<String, byte[]> metadata();

    /** The parts of the instance, in the order in which they should be listed. Names are unique. */
    List<Source> sources();

    /** Why everything is read although the request had a token; empty if the token is used or there was none. */
    default Optional<FullReadReason> fullReadReason() {
        return Optional.empty();
    }

    /** The token for the next export, valid once this backup is committed. Asked after {@link #readingDone}. */
    default Optional<ChangeToken> nextToken() throws PluginException {
        return Optional.empty();
    }

    /** The last byte was read: the provider's snapshot can go, even though the backup is not stored yet. */
    void readingDone() throws PluginException;

    /** The backup is stored for good: what the previous token needed can go. Not called if the backup failed. */
    default void committed() throws PluginException {}

    /** Releases whatever is left, however the export ended. Leaves nothing behind that is not in the journal. */
    @Override
    void close();
}

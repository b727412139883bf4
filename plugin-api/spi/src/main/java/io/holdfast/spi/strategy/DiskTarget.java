package io.holdfast.spi.strategy;

import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A disk or file content being written at any offset, by several threads at once, each range once. Implemented by
 * plugins. What is never written reads as zeroes and should stay sparse.
 */
@ConsumerType
public interface DiskTarget extends AutoCloseable {

    /**
     * Writes all remaining bytes of the buffer.
     *
     * @throws PluginException {@code QUOTA} if there is no room
     */
    void write(long offset, ByteBuffer data) throws PluginException;

    /**
     * Completes the content: durable, of its full size, attributes applied. Called once, when every write has returned.
     */
    void complete() throws PluginException;

    /** Releases the target. Without {@link #complete} before it, what was written is removed as far as possible. */
    @Override
    void close();
}

package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Bytes that can be read at any offset, by several threads at once. Implemented by plugins. */
@ConsumerType
public interface RandomReadable extends AutoCloseable {

    /** Length in bytes, as it was when the export session was opened. */
    long size();

    /**
     * What is known of a range without reading it.
     *
     * @param offset start of the range
     * @param length its length; the range lies within {@link #size}
     * @return extents in order, adjoining, covering the range from its start; may end early (then the caller asks again
     *     from there) but never empty. The default says {@code DATA} for everything
     */
    default List<Extent> extents(long offset, long length) throws PluginException {
        return List.of(new Extent(offset, length, Extent.State.DATA));
    }

    /**
     * Reads bytes at an offset.
     *
     * @param offset where, below {@link #size}
     * @param target is filled from its position to its limit as far as there are bytes
     * @return how many bytes were read, at least 1; -1 if the source has become shorter and ends before the offset
     */
    int read(long offset, ByteBuffer target) throws PluginException;

    @Override
    void close() throws PluginException;
}

package io.holdfast.transport.nbd.server;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a server gives out under a name. Implemented by users of {@link NbdServer}.
 *
 * <p>Every method is called by several threads at once, with ranges that lie within {@link #size()}. A
 * {@link PluginException} becomes an error of the protocol: {@code PERMISSION} EPERM, {@code QUOTA} ENOSPC,
 * {@code UNSUPPORTED} ENOTSUP, everything else EIO. Nothing is closed by the server.
 */
@ConsumerType
public interface NbdExport {

    /** Size in bytes; stays the same. */
    long size();

    /** Whether the writing methods work. The default says no; they are not called then. */
    default boolean writable() {
        return false;
    }

    /** Fills the buffer, from its position to its limit. */
    void read(long offset, ByteBuffer into) throws PluginException;

    /** Writes the buffer's remaining bytes. What a read sees afterwards, on any connection, are these bytes. */
    default void write(long offset, ByteBuffer from) throws PluginException {
        throw readOnly();
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param punchHole whether storage may be freed
     */
    default void writeZeroes(long offset, long length, boolean punchHole) throws PluginException {
        throw readOnly();
    }

    /** A range is not needed any more. The default does nothing, which is allowed. */
    default void trim(long offset, long length) throws PluginException {}

    /** Makes durable what was written by calls that had returned before. */
    default void flush() throws PluginException {}

    /**
     * What is known of a range for {@code base:allocation}: extents in order, adjoining, from its start; may end early but is never
     * empty. The default says that all is data.
     */
    default List<NbdExtent> extents(long offset, long length) throws PluginException {
        return List.of(new NbdExtent(offset, length, 0));
    }

    private static PluginException readOnly() {
        return new PluginException(ErrorKind.PERMISSION, "Write to an export: it is read-only");
    }
}

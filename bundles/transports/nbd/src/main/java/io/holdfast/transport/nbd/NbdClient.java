package io.holdfast.transport.nbd;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.internal.client.Connector;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One connection to one export of a server. Implemented by this bundle.
 *
 * <p>All methods may be called by several threads at once; their requests are under way side by side, and a long request is
 * split and sent in pieces. The server's block sizes are kept: what is not aligned is read with its surroundings, or read,
 * changed and written back. A server that misbehaves or falls silent cannot hang a caller or use up memory: every request has a
 * time limit, and after a breach of the protocol, a time-out or the end of the connection every call fails, then and later.
 * Nothing is retried.
 *
 * <p>Every method throws {@link PluginException} with the kinds {@code UNAVAILABLE} (connection lost or refused, server shuts
 * down, I/O error of the server), {@code TIMEOUT}, {@code CORRUPT_DATA} (the server broke the protocol),
 * {@code PERMISSION} (EPERM), {@code QUOTA} (ENOSPC), {@code UNSUPPORTED} (EINVAL, ENOTSUP, or not offered by the
 * server), {@code CANCELLED} (the calling thread was interrupted). An interrupt that comes while a request is being sent ends the
 * connection, as half a request cannot be taken back.
 *
 * <p>The protocol is {@code doc/proto.md} of the NetworkBlockDevice project: fixed newstyle negotiation, structured replies.
 */
@ProviderType
public interface NbdClient extends AutoCloseable {

    /**
     * Connects and opens the export.
     *
     * @throws PluginException besides the above {@code NOT_FOUND} if there is no such export, {@code AUTHENTICATION} if one of
     *     the certificates is not accepted, {@code INVALID_CONFIG} if the server insists on TLS, {@code UNSUPPORTED} if TLS is
     *     wanted and not offered or the server speaks an older protocol. Nothing stays open then
     */
    static NbdClient connect(NbdAddress address, NbdConnectOptions options) throws PluginException {
        return Connector.connect(address, options);
    }

    /**
     * Opens the export over streams that lead to a server, for example through a channel of SSH. The streams belong to the client
     * from now on; they are closed with it, or when this fails.
     *
     * @param peer what messages call the other side
     * @param in from the server
     * @param out to the server; it is flushed after each request
     * @throws PluginException as {@link #connect}
     */
    static NbdClient over(String peer, InputStream in, OutputStream out, NbdConnectOptions options)
            throws PluginException {
        return Connector.over(peer, in, out, options);
    }

    /**
     * The exports that a server lists; a server need not list all. At most 65536.
     *
     * @param options the export's name and contexts do not matter
     * @throws PluginException as {@link #connect}; {@code PERMISSION} or {@code UNSUPPORTED} if the server does not list
     */
    static List<NbdListedExport> list(NbdAddress address, NbdConnectOptions options) throws PluginException {
        return Connector.list(address, options);
    }

    /**
     * The names of the metadata contexts that a server has for the export, at most 65536. The options' contexts are queries: a
     * namespace such as {@code qemu:dirty-bitmap:} gives all of it; none gives all contexts.
     *
     * @throws PluginException as {@link #connect}
     */
    static List<String> listContexts(NbdAddress address, NbdConnectOptions options) throws PluginException {
        return Connector.listContexts(address, options);
    }

    /** Size of the export in bytes. */
    default long size() {
        return info().size();
    }

    /** What the server says of the export. */
    NbdExportInfo info();

    /** The metadata contexts that both sides agreed on, a part of the ones asked for. */
    List<String> contexts();

    /**
     * Reads the buffer full, from its position to its limit; then its position is its limit. On failure its content is undefined,
     * its position unchanged, and nobody writes to it any more.
     *
     * @param offset of the first byte; the range lies within {@link #size()}
     * @throws IllegalArgumentException if it does not
     */
    void read(long offset, ByteBuffer into) throws PluginException;

    /**
     * Writes the buffer's remaining bytes; then its position is its limit. They are durable after {@link #flush()}. On failure any
     * part may have been written.
     *
     * @param offset of the first byte; the range lies within {@link #size()}
     * @throws IllegalArgumentException if it does not
     * @throws PluginException also {@code PERMISSION} if the export is read-only
     */
    void write(long offset, ByteBuffer from) throws PluginException;

    /**
     * Makes a range read as zeroes.
     *
     * @param punchHole whether the server may free the storage
     * @throws IllegalArgumentException if the range is not within {@link #size()}
     * @throws PluginException also {@code UNSUPPORTED} without {@link NbdExportInfo#canWriteZeroes()}
     */
    void writeZeroes(long offset, long length, boolean punchHole) throws PluginException;

    /**
     * Says that a range is not needed any more; it may read as anything afterwards. Parts of blocks at its ends are left alone.
     *
     * @throws IllegalArgumentException if the range is not within {@link #size()}
     * @throws PluginException also {@code UNSUPPORTED} without {@link NbdExportInfo#canTrim()}
     */
    void trim(long offset, long length) throws PluginException;

    /**
     * Makes durable what was written by calls that had returned before. Does nothing if the server cannot
     * ({@link NbdExportInfo#canFlush()}): such a server has nothing to flush.
     */
    void flush() throws PluginException;

    /**
     * What a context says of a range: extents in order, adjoining, covering exactly the range, equal neighbours made one. The server
     * is asked as often as it shortens its answers. Ask for a large disk in windows (1 GiB is a good one): there may be an
     * extent for every block.
     *
     * @param context one of {@link #contexts()}
     * @throws IllegalArgumentException if the range is not within {@link #size()}, or the context was not negotiated
     * @throws PluginException also {@code UNSUPPORTED} if the range has more than 2^20 extents; ask for a smaller one
     */
    List<NbdExtent> blockStatus(String context, long offset, long length) throws PluginException;

    /** Takes leave of the server and ends the connection. Calls under way fail. Does not fail itself; more than once is harmless. */
    @Override
    void close();
}

package io.holdfast.transport.nbd.server;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdAddress;
import io.holdfast.transport.nbd.internal.server.Listener;
import java.io.InputStream;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A server for any number of named exports: fixed newstyle negotiation, GO, INFO, LIST and EXPORT_NAME, structured replies,
 * {@code base:allocation}, TLS. Implemented by this bundle.
 *
 * <p>A client cannot make it use more memory than 64 MiB for each connection, and cannot keep a slot without choosing an export in
 * time. Requests outside of an export are answered with EINVAL, or ENOSPC for writes. Threads are named and end with the server.
 */
@ProviderType
public interface NbdServer extends AutoCloseable {

    /**
     * Starts listening.
     *
     * @throws PluginException {@code CONFLICT} if the address is taken, {@code PERMISSION}, {@code INVALID_CONFIG}
     */
    static NbdServer start(NbdServerOptions options) throws PluginException {
        return Listener.start(options);
    }

    /**
     * Starts without listening: clients come by {@link #serve} alone.
     *
     * @param name names its threads
     */
    static NbdServer notListening(String name) {
        return Listener.notListening(name);
    }

    /**
     * Where it listens: the chosen port in place of 0.
     *
     * @throws IllegalStateException if it listens nowhere
     */
    NbdAddress address();

    /**
     * Serves a client that came another way than by {@link #address}, such as through an SSH connection. Returns at once.
     *
     * @param in what the client sends
     * @param out what the client gets; each write goes out at once
     * @param atEnd called once, by a thread of its own, when the client was hung up on or has done so: closes what carries the streams
     */
    void serve(InputStream in, OutputStream out, Runnable atEnd);

    /**
     * Gives something out.
     *
     * @param name at most 4096 bytes in UTF-8; empty for clients that name none
     * @throws IllegalArgumentException if the name is taken or too long
     */
    void export(String name, NbdExport export);

    /** Takes an export away and ends its connections. Calls of it that are under way are waited for; nothing calls it any more when this returns. Unknown names are no failure. */
    void withdraw(String name);

    /** Stops listening, ends every connection and removes the unix socket. No export is called any more when this returns. */
    @Override
    void close();
}

package io.holdfast.transport.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection to a socket on the host, carried by SSH. One thread may read while another writes.
 *
 * <p>What comes must be read steadily, best by a thread that does nothing else: SSH as implemented here does not slow down a sender whose
 * receiver lags behind. When more than 64 MiB wait to be read, the stream fails; other streams are not touched.
 */
@ProviderType
public interface SshStream extends AutoCloseable {

    /** What the socket says. It ends when the socket was closed; if the connection is lost instead, reading throws. */
    InputStream input();

    /** What it is told, sent with each write; closing it ends only this direction. */
    OutputStream output();

    /** Ends both directions. Closing twice is harmless. */
    @Override
    void close();
}

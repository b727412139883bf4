package io.holdfast.transport.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/** A connection to a socket on the host, carried by SSH. One thread may read while another writes. */
@ProviderType
public interface SshStream extends AutoCloseable {

    /** What the socket says; ends when it closes or the connection dies. */
    InputStream input();

    /** What it is told; closing it ends only this direction. */
    OutputStream output();

    /** Ends both directions. Closing twice is harmless. */
    @Override
    void close();
}

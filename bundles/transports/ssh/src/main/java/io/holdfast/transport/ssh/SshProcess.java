package io.holdfast.transport.ssh;

import io.holdfast.spi.PluginException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** A command that runs on the host. Its output must be read steadily: when more than 64 MiB of it wait, reading fails. */
@ProviderType
public interface SshProcess extends AutoCloseable {

    /** Its standard output. If the connection is lost before its end, reading throws. */
    InputStream output();

    /** Its standard input, sent with each write; closing it is the end of input. */
    OutputStream input();

    /** The beginning of what it wrote to standard error so far, at most 64 KiB, as UTF-8. */
    String errors();

    /**
     * Waits until it has ended.
     *
     * @return its exit code
     * @throws PluginException {@code TIMEOUT} if it still runs then; {@code UNAVAILABLE} if the connection died
     */
    int await(Duration timeout) throws PluginException;

    /**
     * Ends it if it still runs: a SIGTERM to its process group, after two seconds a SIGKILL to what is left. Takes up to ten seconds.
     * Closing twice is harmless.
     */
    @Override
    void close();
}

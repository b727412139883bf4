package io.holdfast.transport.ssh;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.transport.ssh.internal.Connector;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A login on a host. Safe for use from any thread; commands, files and forwarded sockets share the one connection, each on a channel of
 * its own. When the connection dies, everything on it fails with {@code UNAVAILABLE}, at the latest after three keep-alive times.
 *
 * <p>Nothing is retried here. Secrets are in no message.
 */
@ProviderType
public interface SshConnection extends AutoCloseable {

    /**
     * Logs in.
     *
     * @throws PluginException {@code UNAVAILABLE} if the host cannot be reached; {@code AUTHENTICATION} if its key is unknown (the
     *     message shows its fingerprint) or another than the confirmed one, or if it does not accept the credentials; {@code
     *     INVALID_CONFIG} if the private key cannot be read; {@code UNSUPPORTED} without a common algorithm
     */
    static SshConnection open(SshEndpoint endpoint, SshCredentials credentials, HostKeys hostKeys, SshOptions options)
            throws PluginException {
        return Connector.open(endpoint, credentials, hostKeys, options);
    }

    /**
     * Asks a host for its key, without logging in, so that somebody can confirm it. Whoever sits in the middle can show another key here:
     * the fingerprint must be compared with what the host itself says ({@code ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub}).
     */
    static HostKey hostKey(SshEndpoint endpoint, SshOptions options) throws PluginException {
        return Connector.hostKey(endpoint, options);
    }

    /** Whose login where. */
    SshEndpoint endpoint();

    /** Whether it lives, as far as is known. */
    boolean isOpen();

    /**
     * Runs a command to its end.
     *
     * @param argv program and arguments, quoted by {@link ShellQuoting}
     * @return its result, whatever its exit code
     * @throws PluginException {@code TIMEOUT} or {@code CANCELLED}: the command and what it started were ended, as by {@link
     *     SshProcess#close}; {@code QUOTA} if it wrote more than is
     *     kept; {@code UNAVAILABLE} if the connection died: whether the command ended is not known
     */
    SshResult exec(List<String> argv, ExecOptions options, Cancellation cancellation) throws PluginException;

    /** Starts a command whose output is read as it comes. */
    SshProcess start(List<String> argv) throws PluginException;

    /**
     * Connects to a unix socket on the host (OpenSSH's {@code direct-streamlocal@openssh.com}).
     *
     * @param path absolute path of the socket
     * @throws PluginException {@code NOT_FOUND} if nobody listens there or the account may not; {@code UNSUPPORTED} if the server
     *     forbids it ({@code AllowStreamLocalForwarding})
     */
    SshStream openUnixSocket(String path) throws PluginException;

    /** Connects to a TCP port as seen from the host ({@code direct-tcpip}, RFC 4254, 7.2). Throws as {@link #openUnixSocket}. */
    SshStream openTcp(String host, int port) throws PluginException;

    /**
     * Writes a file by SFTP, replacing what is there.
     *
     * @param path absolute path
     * @param mode permissions, such as {@code 0600}; set before the content is written
     */
    void upload(byte[] content, String path, int mode) throws PluginException;

    /**
     * Reads a file by SFTP.
     *
     * @param maxBytes larger files are refused
     * @throws PluginException {@code NOT_FOUND}; {@code PERMISSION}; {@code QUOTA} if it is larger
     */
    byte[] download(String path, int maxBytes) throws PluginException;

    /** Ends everything on it. Closing twice is harmless. */
    @Override
    void close();
}

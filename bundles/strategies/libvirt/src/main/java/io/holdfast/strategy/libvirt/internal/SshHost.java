package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.server.NbdExport;
import io.holdfast.transport.ssh.ExecOptions;
import io.holdfast.transport.ssh.HostKeys;
import io.holdfast.transport.ssh.NotConnectedException;
import io.holdfast.transport.ssh.SshConnection;
import io.holdfast.transport.ssh.SshCredentials;
import io.holdfast.transport.ssh.SshEndpoint;
import io.holdfast.transport.ssh.SshOptions;
import io.holdfast.transport.ssh.SshResult;
import io.holdfast.transport.ssh.SshStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host that is reached by SSH. The connection is made when it is first needed, and again when it has died. */
final class SshHost implements Host {

    private static final Cancellation NEVER = new Never();

    private final SshEndpoint endpoint;
    private final SshCredentials credentials;
    private final HostKeys keys;
    private @Nullable SshConnection connection;
    private boolean closed;

    SshHost(SshEndpoint endpoint, SshCredentials credentials, HostKeys keys) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.keys = keys;
    }

    private synchronized SshConnection connection() throws PluginException {
        if (closed) {
            throw new PluginException(ErrorKind.CANCELLED, "the connection to " + endpoint + " was closed");
        }
        SshConnection current = connection;
        if (current == null || !current.isOpen()) {
            if (current != null) {
                current.close();
            }
            current = SshConnection.open(endpoint, credentials, keys, SshOptions.standard());
            connection = current;
        }
        return current;
    }

    private interface Request<T> {
        T of(SshConnection connection) throws PluginException;
    }

    /** That a connection has gone is often noticed by the first that is asked of it: it is asked once more of a new one. */
    private <T> T ask(Request<T> request) throws PluginException {
        SshConnection asked = connection();
        try {
            return request.of(asked);
        } catch (NotConnectedException e) {
            drop(asked);
            return request.of(connection());
        }
    }

    /** JSch's session may look open for a moment after it has failed. */
    private synchronized void drop(SshConnection gone) {
        gone.close();
        if (connection == gone) {
            connection = null;
        }
    }

    @Override
    public Output run(List<String> argv, byte[] input, Duration limit) throws PluginException {
        ExecOptions options = new ExecOptions(input, limit, MAX_OUTPUT);
        SshResult result = ask(connection -> connection.exec(argv, options, NEVER));
        return new Output(result.exitCode(), result.output(), result.errorText());
    }

    @Override
    public NbdClient nbd(String socket, NbdConnectOptions options) throws PluginException {
        SshStream stream = ask(connection -> connection.openUnixSocket(socket));
        return NbdClient.over(endpoint + " " + socket, stream.input(), stream.output(), options);
    }

    @Override
    public DiskService serve(String socket, NbdExport export) throws PluginException {
        return RelayedDiskService.start(argv -> ask(connection -> connection.start(argv)), socket, export);
    }

    @Override
    public HostStream loopback(int port) throws PluginException {
        SshStream stream = ask(connection -> connection.openTcp("127.0.0.1", port));
        return new HostStream() {
            @Override
            public InputStream input() {
                return stream.input();
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public String name() {
        return endpoint.toString();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** A command is short, and has a limit of time: what was begun is ended, so that its result is known. */
    private static final class Never implements Cancellation {
        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Registration onCancel(Runnable action) {
            return () -> {};
        }

        @Override
        public void throwIfCancelled() {
            // never
        }
    }
}

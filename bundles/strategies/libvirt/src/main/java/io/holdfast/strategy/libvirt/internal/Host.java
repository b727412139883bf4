package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.server.NbdExport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The machine that libvirt runs on: programs are run there, and its unix sockets are reached. */
interface Host extends AutoCloseable {

    /**
     * What a program has said.
     *
     * @param exit its exit status
     * @param out its standard output, at most {@link #MAX_OUTPUT} bytes
     * @param err the beginning of its standard error
     */
    record Output(int exit, byte[] out, String err) {

        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }

        boolean good() {
            return exit == 0;
        }
    }

    /** More than this is an error: no document of libvirt is as long. */
    int MAX_OUTPUT = 16 << 20;

    /** The exit status by which a shell says that there is no such program. */
    int NO_SUCH_PROGRAM = 127;

    /**
     * Runs a program to its end. No shell interprets the arguments.
     *
     * @param input its standard input
     * @param limit after which it is ended
     * @throws PluginException {@code TIMEOUT}; {@code UNAVAILABLE}, {@code AUTHENTICATION} if the host cannot be reached. An exit
     *     status other than 0 is an answer
     */
    Output run(List<String> argv, byte[] input, Duration limit) throws PluginException;

    /** Connects to an NBD server that listens on a unix socket of the host. */
    NbdClient nbd(String socket, NbdConnectOptions options) throws PluginException;

    /**
     * Serves a disk of this node on a unix socket of the host that no other user can reach.
     *
     * @param socket its path, in a directory of {@link ScratchSpace}; what is there is replaced
     */
    DiskService serve(String socket, NbdExport export) throws PluginException;

    /**
     * Connects to a TCP port of the host's loopback.
     *
     * @throws PluginException {@code NOT_FOUND} if nobody listens there
     */
    HostStream loopback(int port) throws PluginException;

    /** What messages call it. */
    String name();

    @Override
    void close();
}

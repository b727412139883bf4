package io.holdfast.transport.nbd;

import java.nio.file.Path;
import java.util.Objects;

/** Where a server listens. */
public sealed interface NbdAddress {

    /** The port that IANA has assigned to the protocol. */
    int DEFAULT_PORT = 10809;

    /**
     * A TCP port.
     *
     * @param host name or address, not empty
     * @param port 0 to 65535; 0 lets a server choose one, a client cannot connect to it
     */
    record Tcp(String host, int port) implements NbdAddress {

        /** Checks the host and the port. */
        public Tcp {
            Objects.requireNonNull(host, "host");
            if (host.isBlank() || port < 0 || port > 65535) {
                throw new IllegalArgumentException("invalid TCP address '" + host + "' port " + port);
            }
        }

        @Override
        public String toString() {
            return "nbd://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * A unix domain socket.
     *
     * @param path of the socket; the kernel allows about 100 bytes
     */
    record Unix(Path path) implements NbdAddress {

        /** Checks that there is a path. */
        public Unix {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public String toString() {
            return "nbd+unix:" + path;
        }
    }

    /** A TCP port of a host. */
    static NbdAddress tcp(String host, int port) {
        return new Tcp(host, port);
    }

    /** A unix domain socket. */
    static NbdAddress unix(Path path) {
        return new Unix(path);
    }
}

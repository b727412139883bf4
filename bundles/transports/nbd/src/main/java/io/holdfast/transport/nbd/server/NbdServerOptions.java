package io.holdfast.transport.nbd.server;

import io.holdfast.transport.nbd.NbdAddress;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens. Made by {@link #on} and changed by the {@code with} methods, each of which gives a changed copy.
 *
 * @param address where; port 0 for any free one. A unix socket must not exist yet; who may connect is decided by the rights of
 *     its directory
 * @param tls if given, nothing is served without TLS; the context has the server's key and, for clients' certificates, the trust
 * @param clientCertificates whether clients must show a certificate; only with TLS
 * @param maxConnections more at once are hung up on, 1 to 1024
 * @param threadsPerConnection how many requests of a connection are worked on at once, 1 to 64
 * @param handshakeTimeout time for a client to choose its export, positive
 */
public record NbdServerOptions(
        NbdAddress address,
        @Nullable SSLContext tls,
        boolean clientCertificates,
        int maxConnections,
        int threadsPerConnection,
        Duration handshakeTimeout) {

    /** Checks the values. */
    public NbdServerOptions {
        Objects.requireNonNull(address, "address");
        if (maxConnections < 1 || maxConnections > 1024 || threadsPerConnection < 1 || threadsPerConnection > 64) {
            throw new IllegalArgumentException(
                    "invalid limits: " + maxConnections + " connections, " + threadsPerConnection + " threads each");
        }
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero() || (clientCertificates && tls == null)) {
            throw new IllegalArgumentException("no time for a handshake, or clients' certificates without TLS");
        }
    }

    /** Without TLS; 16 connections, 4 threads each, 30 seconds for a handshake. */
    public static NbdServerOptions on(NbdAddress address) {
        return new NbdServerOptions(address, null, false, 16, 4, Duration.ofSeconds(30));
    }

    /** With TLS, required. */
    public NbdServerOptions withTls(SSLContext context, boolean certificatesOfClients) {
        return new NbdServerOptions(
                address, context, certificatesOfClients, maxConnections, threadsPerConnection, handshakeTimeout);
    }

    /** With as many connections and threads. */
    public NbdServerOptions withLimits(int connections, int threads) {
        return new NbdServerOptions(address, tls, clientCertificates, connections, threads, handshakeTimeout);
    }

    /** With this time for a handshake. */
    public NbdServerOptions withHandshakeTimeout(Duration timeout) {
        return new NbdServerOptions(address, tls, clientCertificates, maxConnections, threadsPerConnection, timeout);
    }
}

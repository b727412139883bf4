package io.holdfast.transport.nbd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to connect. Made by {@link #forExport} and changed by the {@code with} methods, each of which gives a changed copy.
 *
 * @param exportName the wanted export, at most 4096 bytes in UTF-8; empty for the server's default export
 * @param contexts full names of the metadata contexts to negotiate ({@code base:allocation},
 *     {@code qemu:dirty-bitmap:NAME}), at most 64; what the server does not know is missing from
 *     {@link NbdClient#contexts()} and is no failure
 * @param tls if given, TLS is required: a server that does not offer it is refused, nothing is sent in the clear but the
 *     request for TLS. The context has the trust and, if the server asks for it, the client's key
 * @param tlsServerName the name that the server's certificate must bear; null for the host of a TCP address. Over anything
 *     else the certificate's name is checked only if this is given
 * @param connectTimeout for connecting and the whole negotiation, positive
 * @param requestTimeout for each request from its sending to the end of its answer, positive; when it passes, the connection
 *     is dead
 * @param maxInFlight how many requests are under way at once on the connection, 1 to 1024
 */
public record NbdConnectOptions(
        String exportName,
        List<String> contexts,
        @Nullable SSLContext tls,
        @Nullable String tlsServerName,
        Duration connectTimeout,
        Duration requestTimeout,
        int maxInFlight) {

    /** The context that says what is allocated and what reads as zeroes. */
    public static final String BASE_ALLOCATION = "base:allocation";

    /** In front of the name of one of QEMU's dirty bitmaps. */
    public static final String QEMU_DIRTY_BITMAP = "qemu:dirty-bitmap:";

    /** No string of the protocol is longer, in bytes. */
    public static final int MAX_NAME = 4096;

    private static final int MAX_CONTEXTS = 64;

    /** Checks the values. */
    public NbdConnectOptions {
        Objects.requireNonNull(exportName, "exportName");
        contexts = List.copyOf(contexts);
        if (contexts.size() > MAX_CONTEXTS) {
            throw new IllegalArgumentException("more than " + MAX_CONTEXTS + " metadata contexts");
        }
        requireName(exportName);
        contexts.forEach(NbdConnectOptions::requireName);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("requestTimeout", requestTimeout);
        if (maxInFlight < 1 || maxInFlight > 1024) {
            throw new IllegalArgumentException("maxInFlight must be 1 to 1024, not " + maxInFlight);
        }
    }

    /** Without contexts or TLS; 30 seconds for connecting, 60 for a request, 16 requests at once. */
    public static NbdConnectOptions forExport(String exportName) {
        return new NbdConnectOptions(
                exportName, List.of(), null, null, Duration.ofSeconds(30), Duration.ofSeconds(60), 16);
    }

    /** With these metadata contexts in place of the former ones. */
    public NbdConnectOptions withContexts(String... names) {
        return new NbdConnectOptions(
                exportName, List.of(names), tls, tlsServerName, connectTimeout, requestTimeout, maxInFlight);
    }

    /** With TLS, required. */
    public NbdConnectOptions withTls(SSLContext context) {
        return new NbdConnectOptions(
                exportName, contexts, context, tlsServerName, connectTimeout, requestTimeout, maxInFlight);
    }

    /** With the name that the server's certificate must bear. */
    public NbdConnectOptions withTlsServerName(String name) {
        return new NbdConnectOptions(exportName, contexts, tls, name, connectTimeout, requestTimeout, maxInFlight);
    }

    /** With this time for connecting and negotiating. */
    public NbdConnectOptions withConnectTimeout(Duration timeout) {
        return new NbdConnectOptions(exportName, contexts, tls, tlsServerName, timeout, requestTimeout, maxInFlight);
    }

    /** With this time for each request. */
    public NbdConnectOptions withRequestTimeout(Duration timeout) {
        return new NbdConnectOptions(exportName, contexts, tls, tlsServerName, connectTimeout, timeout, maxInFlight);
    }

    /** With as many requests at once. */
    public NbdConnectOptions withMaxInFlight(int requests) {
        return new NbdConnectOptions(
                exportName, contexts, tls, tlsServerName, connectTimeout, requestTimeout, requests);
    }

    private static void requireName(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
            throw new IllegalArgumentException("a name of more than " + MAX_NAME + " bytes");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}

package io.holdfast.transport.nbd.internal.client;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The two threads of a connection: one reads, one looks at the clock. Both end with it. */
final class Reader {

    private static final long LARGEST_TICK_MILLIS = 500;

    private Reader() {}

    static NbdClient start(
            String what, String peer, Attempt.Opener opener, NbdConnectOptions options, @Nullable String tlsName)
            throws PluginException {
        var attempt = new Attempt<Session>(what, opener, options, tlsName);
        var connection = new CompletableFuture<NbdClient>();
        daemon("nbd-read " + peer, () -> read(attempt, connection, peer, options));
        attempt.await();
        return connection.join();
    }

    private static void read(
            Attempt<Session> attempt, CompletableFuture<NbdClient> connection, String peer, NbdConnectOptions options) {
        var started = new Object() {
            @Nullable
            Session session;

            @Nullable
            Wire wire;
        };
        attempt.run(Negotiation::open, session -> {
            var wire = new Wire(peer, session.link(), options.requestTimeout().toNanos(), options.maxInFlight());
            started.session = session;
            started.wire = wire;
            connection.complete(new Connection(session, wire));
        });
        if (started.session != null && started.wire != null) {
            Wire wire = started.wire;
            daemon("nbd-clock " + peer, () -> watch(wire, options));
            readAll(started.session, wire, peer);
        }
    }

    private static void readAll(Session session, Wire wire, String peer) {
        try {
            new Replies(session, wire).readAll();
        } catch (IOException e) {
            wire.fail(Failures.of("Read from " + peer, e));
        } catch (RuntimeException | Error e) {
            wire.fail(new PluginException(ErrorKind.INTERNAL, "Read from " + peer + ": " + e, e));
            throw e;
        }
    }

    private static void watch(Wire wire, NbdConnectOptions options) {
        long tick = Math.max(
                1, Math.min(LARGEST_TICK_MILLIS, options.requestTimeout().toMillis() / 4));
        try {
            while (!wire.awaitEnd(tick, TimeUnit.MILLISECONDS)) {
                wire.checkTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}

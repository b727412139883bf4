package io.holdfast.transport.nbd.internal.server;

import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.server.NbdServerOptions;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection from its beginning to its end, with its threads. */
final class Visit {

    private final Link link;
    private final Exports exports;
    private final NbdServerOptions options;
    private final ScheduledExecutorService clock;
    private final String server;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable String name;
    private volatile boolean ending;

    Visit(Link link, Exports exports, NbdServerOptions options, ScheduledExecutorService clock, String server) {
        this.link = link;
        this.exports = exports;
        this.options = options;
        this.clock = clock;
        this.server = server;
    }

    void start(Runnable atEnd) {
        Listener.daemon("nbd-server-read " + server, () -> {
                    try {
                        run();
                    } catch (IOException | RejectedExecutionException e) {
                        // the client is gone or talks nonsense: hung up on below
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        link.close();
                        atEnd.run();
                        ended.countDown();
                    }
                })
                .start();
    }

    private void run() throws IOException, InterruptedException {
        ScheduledFuture<?> limit =
                clock.schedule(link::close, options.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        Chosen chosen = new Haggling(link, exports, options).run();
        limit.cancel(false);
        if (chosen == null) {
            return;
        }
        name = chosen.name();
        if (ending || exports.find(chosen.name()) != chosen.export()) {
            return; // withdrawn in between
        }
        serve(chosen);
    }

    private void serve(Chosen chosen) throws IOException, InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(
                options.threadsPerConnection(), task -> Listener.daemon("nbd-server-work " + server, task));
        try {
            new Serving(chosen, workers).run();
        } finally {
            workers.shutdown(); // not shutdownNow: an interrupt would close files that an export has open
            boolean over = false;
            while (!over) {
                over = workers.awaitTermination(1, TimeUnit.MINUTES);
            }
        }
    }

    boolean uses(String export) {
        return export.equals(name);
    }

    /** Hangs up; does not wait. */
    void end() {
        ending = true;
        link.close();
    }

    /** Waits until no export is called any more. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

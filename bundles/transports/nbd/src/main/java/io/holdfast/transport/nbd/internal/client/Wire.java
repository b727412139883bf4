package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.internal.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Requests under way on a connection, and the connection's only end. */
final class Wire {

    private final String peer;
    private final Link link;
    private final long timeoutNanos;
    private final Semaphore slots;
    private final Map<Long, Request> pending = new ConcurrentHashMap<>();
    private final AtomicLong cookies = new AtomicLong();
    private final AtomicReference<@Nullable PluginException> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock sending = new ReentrantLock();

    Wire(String peer, Link link, long timeoutNanos, int maxInFlight) {
        this.peer = peer;
        this.link = link;
        this.timeoutNanos = timeoutNanos;
        this.slots = new Semaphore(maxInFlight);
    }

    /** Sends a request as soon as there is room for one more. */
    void submit(Request request) throws PluginException, InterruptedException {
        slots.acquire();
        throwIfFailed();
        long cookie = cookies.incrementAndGet();
        request.startClock(System.nanoTime() + timeoutNanos);
        pending.put(cookie, request);
        PluginException already = failure.get();
        if (already != null) {
            complete(cookie, already);
            return;
        }
        send(request.message(cookie));
    }

    private void throwIfFailed() throws PluginException {
        PluginException already = failure.get();
        if (already != null) {
            slots.release();
            throw Failures.again(already);
        }
    }

    /** An interrupt from before must not close the channel, only one that comes while half a request is out. */
    private void send(ByteBuffer... message) {
        boolean interrupted = Thread.interrupted();
        sending.lock();
        try {
            link.write(message);
        } catch (IOException e) {
            fail(Failures.of("Send to " + peer, e));
        } finally {
            sending.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Nullable
    Request find(long cookie) {
        return pending.get(cookie);
    }

    /** Ends a request, once. */
    void complete(long cookie, @Nullable PluginException reason) {
        Request request = pending.remove(cookie);
        if (request != null) {
            slots.release();
            request.finish(reason);
        }
    }

    /** Ends the connection and every request, now and later; the first reason stays. */
    void fail(PluginException reason) {
        failure.compareAndSet(null, reason);
        PluginException first = failure.get();
        link.close();
        ended.countDown();
        pending.keySet().forEach(cookie -> complete(cookie, first));
    }

    /** Whether the connection has ended within the time. */
    boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
        return ended.await(time, unit);
    }

    boolean failed() {
        return failure.get() != null;
    }

    /** Ends the connection if a request has waited for too long. */
    void checkTime() {
        long now = System.nanoTime();
        for (Request request : pending.values()) {
            if (request.deadline() - now < 0) {
                fail(new PluginException(
                        ErrorKind.TIMEOUT,
                        capital(request.words()) + " of " + peer + ": no answer within "
                                + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                                + " ms; check the network and the server's storage"));
                return;
            }
        }
    }

    /** Says goodbye if nobody is in the middle of a request; the server answers nothing. */
    void disconnect() {
        if (!failed() && pending.isEmpty() && sending.tryLock()) {
            try {
                link.write(Request.plain(CMD_DISC, 0, 0, 0).message(0));
            } catch (IOException e) {
                // it is gone already
            } finally {
                sending.unlock();
            }
        }
    }

    String capitalised(Request request) {
        return capital(request.words()) + " of " + peer;
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}

package io.holdfast.core.worker.internal;

import io.holdfast.spi.context.Cancellation;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Holds all transfers that go through it to one rate: whoever has moved bytes waits until they are paid for. */
final class Throttle {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Bandwidth bandwidth;
    private final Clock clock;
    private final LongSupplier nanos;
    private long paidUntil;

    /** @param nanos a monotonic clock, as {@link System#nanoTime} */
    Throttle(Bandwidth bandwidth, Clock clock, LongSupplier nanos) {
        this.bandwidth = bandwidth;
        this.clock = clock;
        this.nanos = nanos;
        this.paidUntil = nanos.getAsLong();
    }

    /** Waits as long as these bytes may take. Ends early when the transfer is cancelled, or the limit is lifted meanwhile. */
    void take(long bytes, Cancellation cancellation) {
        long rate = bandwidth.at(clock.instant());
        if (rate == 0 || bytes == 0) {
            return;
        }
        long until = reserve(bytes, rate);
        while (until - nanos.getAsLong() > 0) {
            if (cancellation.isCancelled() || bandwidth.at(clock.instant()) == 0) {
                giveBack(until);
                return;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(LOOK_NANOS, until - nanos.getAsLong()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                giveBack(until);
                return;
            }
        }
    }

    private synchronized long reserve(long bytes, long rate) {
        long now = nanos.getAsLong();
        if (paidUntil - now < 0) {
            paidUntil = now;
        }
        paidUntil += (long) (bytes * 1e9 / rate);
        return paidUntil;
    }

    private synchronized void giveBack(long until) {
        paidUntil -= Math.max(0, until - nanos.getAsLong());
    }
}

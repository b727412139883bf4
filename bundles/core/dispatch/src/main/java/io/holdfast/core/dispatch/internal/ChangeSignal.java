package io.holdfast.core.dispatch.internal;

import java.time.Duration;

/** Counts changes and wakes those who wait for the next one. Safe for use from any thread. */
final class ChangeSignal {

    private long count = 1;
    private boolean closed;

    synchronized void raise() {
        count++;
        notifyAll();
    }

    /** Lets everybody go; nobody waits here any more. */
    synchronized void close() {
        closed = true;
        raise();
    }

    synchronized boolean closed() {
        return closed;
    }

    /** Waits for a count above {@code seen}; gives the present count, changed or not. */
    synchronized long await(long seen, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (count <= seen && !closed) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            wait(millis);
        }
        return count;
    }
}

package io.holdfast.core.worker.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;

/**
 * Repeats what has to be told to the control plane until it arrives. What was done outside is done; only a lost lease, a
 * leaving node or an answer that repeating cannot change ends it.
 */
final class Patience {

    private static final long FIRST_MILLIS = 200;
    private static final long LONGEST_MILLIS = 10_000;

    private Patience() {}

    /** Something that is told. */
    interface Report {
        void tell() throws PluginException;
    }

    static void report(RunningTask task, Report report) throws PluginException {
        TaskCancellation stop = task.stopper();
        for (long wait = FIRST_MILLIS; ; wait = Math.min(LONGEST_MILLIS, wait * 2)) {
            try {
                report.tell();
                return;
            } catch (PluginException e) {
                boolean over = stop.reason()
                        .map(r -> r == StopReason.LEASE_LOST || r == StopReason.NODE_STOPS)
                        .orElse(false);
                if (over || e.kind() != ErrorKind.UNAVAILABLE && e.kind() != ErrorKind.TIMEOUT) {
                    throw e;
                }
            }
            try {
                // a cancelled task has something to tell all the same, so it does not end the wait early twice
                if (stop.isCancelled()) {
                    task.lull(wait);
                } else {
                    stop.pause(wait);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorKind.CANCELLED, "interrupted while telling the control plane", e);
            }
        }
    }
}

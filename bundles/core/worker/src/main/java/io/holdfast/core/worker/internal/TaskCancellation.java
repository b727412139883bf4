package io.holdfast.core.worker.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels one task, once, for the first reason that comes. Safe for use from any thread. */
final class TaskCancellation implements Cancellation {

    private static final Logger LOG = LoggerFactory.getLogger(TaskCancellation.class);

    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable StopReason reason;

    /** Cancels; only the first reason counts. */
    void cancel(StopReason why) {
        List<Runnable> toRun;
        synchronized (actions) {
            if (reason != null) {
                return;
            }
            reason = why;
            toRun = List.copyOf(actions);
            actions.clear();
            actions.notifyAll();
        }
        toRun.forEach(TaskCancellation::runSafely);
    }

    Optional<StopReason> reason() {
        return Optional.ofNullable(reason);
    }

    @Override
    public boolean isCancelled() {
        return reason != null;
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (actions) {
            if (reason == null) {
                actions.add(action);
                return () -> {
                    synchronized (actions) {
                        actions.remove(action);
                    }
                };
            }
        }
        runSafely(action);
        return () -> {};
    }

    @Override
    public void throwIfCancelled() throws PluginException {
        if (reason != null) {
            throw new PluginException(ErrorKind.CANCELLED, "the task was stopped");
        }
    }

    /** Waits, at most until the task is cancelled. */
    void pause(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        synchronized (actions) {
            while (reason == null) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                actions.wait(left);
            }
        }
    }

    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("an action on cancel failed", e);
        }
    }
}

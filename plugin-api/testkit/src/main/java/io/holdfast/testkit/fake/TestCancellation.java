package io.holdfast.testkit.fake;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Is cancelled when the test says so. Safe for use from any thread. */
public final class TestCancellation implements Cancellation {

    private final Set<Action> actions = new LinkedHashSet<>();
    private boolean cancelled;

    /** One registration; compared by identity, so that one action can be registered twice. */
    private static final class Action {
        private final Runnable runnable;

        Action(Runnable runnable) {
            this.runnable = runnable;
        }
    }

    /** Cancels; registered actions run before this returns. Cancelling twice is harmless. */
    public void cancel() {
        List<Action> toRun;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = new ArrayList<>(actions);
            actions.clear();
        }
        toRun.forEach(action -> action.runnable.run());
    }

    /** How many registered actions were not taken back: a plugin that returns leaves none. */
    public synchronized int registrations() {
        return actions.size();
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Registration onCancel(Runnable runnable) {
        Action action = new Action(runnable);
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        runnable.run();
        return () -> {};
    }

    private synchronized void remove(Action action) {
        actions.remove(action);
    }

    @Override
    public void throwIfCancelled() throws PluginException {
        if (isCancelled()) {
            throw new PluginException(ErrorKind.CANCELLED, "cancelled by the test");
        }
    }
}

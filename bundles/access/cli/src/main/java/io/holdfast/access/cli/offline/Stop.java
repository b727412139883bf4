package io.holdfast.access.cli.offline;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.List;

/** Ends what a command does when somebody interrupts it. Safe for use from any thread. */
public final class Stop implements Cancellation {

    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Ends it. */
    public void cancel() {
        List<Runnable> run;
        synchronized (actions) {
            cancelled = true;
            run = List.copyOf(actions);
            actions.clear();
        }
        run.forEach(Runnable::run);
    }

    @Override
    public boolean isCancelled() {
        synchronized (actions) {
            return cancelled;
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (actions) {
            if (!cancelled) {
                actions.add(action);
                return () -> forget(action);
            }
        }
        action.run();
        return () -> {};
    }

    private void forget(Runnable action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }

    @Override
    public void throwIfCancelled() throws PluginException {
        if (isCancelled()) {
            throw new PluginException(ErrorKind.CANCELLED, "interrupted");
        }
    }

    /** Transfers at full speed that end with this. */
    TransferContext transfers() {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return Stop.this;
            }

            @Override
            public void transferred(long bytes) {}
        };
    }
}

package io.holdfast.core.vault.internal.store;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import java.util.ArrayList;
import java.util.List;

/** Cancellation that this bundle owns itself, and progress that nobody looks at. */
public final class Contexts {

    private Contexts() {}

    /** A switch that can be thrown once. */
    public static final class Switch implements Cancellation {

        private final List<Runnable> actions = new ArrayList<>();
        private volatile boolean cancelled;

        /** Cancels. */
        public void cancel() {
            List<Runnable> run;
            synchronized (actions) {
                if (cancelled) {
                    return;
                }
                cancelled = true;
                run = List.copyOf(actions);
                actions.clear();
            }
            run.forEach(Runnable::run);
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public Registration onCancel(Runnable action) {
            synchronized (actions) {
                if (!cancelled) {
                    actions.add(action);
                    return () -> {
                        synchronized (actions) {
                            actions.remove(action);
                        }
                    };
                }
            }
            action.run();
            return () -> {};
        }

        @Override
        public void throwIfCancelled() throws PluginException {
            if (cancelled) {
                throw new PluginException(ErrorKind.CANCELLED, "Cancelled.");
            }
        }
    }

    /** Transfers under that cancellation, at full speed. */
    public static TransferContext of(Cancellation cancellation) {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return cancellation;
            }

            @Override
            public void transferred(long bytes) {}
        };
    }

    /** Transfers with the rate of one context that end with another's cancellation. */
    public static TransferContext of(Cancellation cancellation, TransferContext rate) {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return cancellation;
            }

            @Override
            public void transferred(long bytes) {
                rate.transferred(bytes);
            }
        };
    }

    /** Transfers that nobody cancels. */
    public static TransferContext uncancelled() {
        return of(new Switch());
    }

    /** Progress that nobody looks at. */
    public static Progress unwatched() {
        return new Progress() {
            @Override
            public void expect(long bytes, long items) {}

            @Override
            public void done(long bytes, long items) {}

            @Override
            public void step(String description) {}
        };
    }
}

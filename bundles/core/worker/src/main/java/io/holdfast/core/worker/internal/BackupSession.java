package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation.Registration;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportSession;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an export and its store share on the node that runs both: the open vault session and the instance that is held
 * still. The export opens it and stays until the store has joined, so that there is always somebody who hears of a cancel.
 * Whoever fails ends the vault session, on which the other fails too; the last one out closes everything.
 */
final class BackupSession {

    private static final Logger LOG = LoggerFactory.getLogger(BackupSession.class);

    private final RunningTask export;
    private final Runnable abandon;
    private @Nullable RunningTask store;
    private @Nullable RunningTask lastStore;
    private @Nullable VaultLink vault;
    private @Nullable WriteSession write;
    private @Nullable StrategyLink strategy;
    private @Nullable ExportSession source;
    private @Nullable Passport passport;
    private Optional<ChangeToken> superseded = Optional.empty();
    private boolean incremental;
    private @Nullable Throwable exportFailure;
    private @Nullable Throwable storeFailure;
    private boolean exportOut;
    private boolean closed;

    /** @param abandon removes what was staged, once it is certain that nobody will use it */
    BackupSession(RunningTask export, Runnable abandon) {
        this.export = export;
        this.abandon = abandon;
    }

    /** A plugin leaves: whoever works here stops. */
    void pluginLeft() {
        RunningTask joined;
        synchronized (this) {
            joined = store;
        }
        export.stopper().cancel(StopReason.PLUGIN_LEFT);
        if (joined != null) {
            joined.stopper().cancel(StopReason.PLUGIN_LEFT);
        }
    }

    synchronized void vault(VaultLink link) {
        vault = link;
    }

    synchronized void write(WriteSession session) {
        write = session;
    }

    synchronized void strategy(StrategyLink link) {
        strategy = link;
    }

    synchronized void source(ExportSession session) {
        source = session;
    }

    synchronized void describes(Passport described, boolean usesPredecessor) {
        passport = described;
        incremental = usesPredecessor;
    }

    /** What the instance's last backup has left on the provider for its next one. */
    synchronized void supersedes(Optional<ChangeToken> token) {
        superseded = token;
    }

    synchronized Optional<ChangeToken> superseded() {
        return superseded;
    }

    synchronized WriteSession write() {
        return Objects.requireNonNull(write);
    }

    synchronized VaultLink vault() {
        return Objects.requireNonNull(vault);
    }

    synchronized ExportSession source() {
        return Objects.requireNonNull(source);
    }

    synchronized Passport passport() {
        return Objects.requireNonNull(passport);
    }

    synchronized boolean incremental() {
        return incremental;
    }

    /**
     * The store comes in.
     *
     * @return false if there is nothing to be stored any more
     */
    synchronized boolean join(RunningTask task) {
        if (closed || exportFailure != null) {
            return false;
        }
        store = task;
        notifyAll();
        return true;
    }

    /** Waits for the store to come in. */
    void awaitStore() throws PluginException, InterruptedException {
        try (Registration wake = export.stopper().onCancel(this::wake)) {
            synchronized (this) {
                while (store == null
                        && storeFailure == null
                        && !export.stopper().isCancelled()) {
                    wait();
                }
            }
        }
        export.stopper().throwIfCancelled();
    }

    private synchronized void wake() {
        notifyAll();
    }

    synchronized @Nullable Throwable exportFailure() {
        return exportFailure;
    }

    synchronized @Nullable Throwable storeFailure() {
        return storeFailure;
    }

    /** The backup is stored: its export has ended or is about to, so that whatever the source still does is the store's. */
    void committed() throws PluginException {
        ExportSession held = source();
        RunningTask joined;
        synchronized (this) {
            joined = store;
        }
        if (joined != null) {
            export.goesOnIn(joined);
        }
        PluginLinks.with(held, () -> {
            held.committed();
            return true;
        });
    }

    /** The export has ended. */
    void exportLeaves(@Nullable Throwable failure) {
        boolean last;
        synchronized (this) {
            exportOut = true;
            exportFailure = failure;
            last = failure != null && store == null || storeFailure != null;
        }
        leave(failure, last);
    }

    /** The store has ended. */
    void storeLeaves(@Nullable Throwable failure) {
        boolean last;
        synchronized (this) {
            storeFailure = failure;
            last = exportOut;
            if (exportOut && store != null) {
                export.goesOnIn(store); // closing the source may have something to say
            }
            if (failure == null) {
                last = true; // a committed store means a sealed export, which only waits to be told
            } else {
                lastStore = store;
                store = null;
            }
            notifyAll();
        }
        leave(failure, last);
    }

    private void leave(@Nullable Throwable failure, boolean last) {
        WriteSession open;
        synchronized (this) {
            open = write;
        }
        if (failure != null && open != null) {
            quietly("vault session", open::close);
        }
        if (last) {
            close();
        }
    }

    private void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        ExportSession s = source;
        if (s != null) {
            quietly("export session", () -> PluginLinks.quietly(s, s::close));
        }
        close("provider", strategy);
        WriteSession w = write;
        if (w != null) {
            quietly("vault session", w::close);
        }
        close("vault", vault);
        if (unwanted()) {
            abandon.run(); // a further attempt would go on with what is staged, but there will be none
        }
    }

    private synchronized boolean unwanted() {
        return cancelled(export) || cancelled(store) || cancelled(lastStore);
    }

    private static boolean cancelled(@Nullable RunningTask task) {
        return task != null
                && task.stopper()
                        .reason()
                        .filter(why -> why == StopReason.CANCELLED)
                        .isPresent();
    }

    private static void close(String what, @Nullable AutoCloseable item) {
        if (item != null) {
            quietly(what, item::close);
        }
    }

    /** Something that may fail at its end. */
    private interface Closing {
        void run() throws Exception;
    }

    private static void quietly(String what, Closing closing) {
        try {
            closing.run();
        } catch (Exception e) {
            LOG.warn("closing the {} failed", what, e);
        }
    }
}

package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.worker.BackupAccess;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups that are open for browsing: few, and only as long as somebody looks into them. A backup whose plugin leaves is
 * closed at once; whoever reads from it then gets an error and may try again.
 */
final class OpenBackups implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenBackups.class);
    private static final int MOST = 16;

    private final WorkerSettings settings;
    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Map<String, Open> open = new HashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread thread = new Thread(r, "holdfast-browse");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    OpenBackups(WorkerSettings settings, ControlPlane plane, VaultLinks vaults) {
        this.settings = settings;
        this.plane = plane;
        this.vaults = vaults;
        long period = Math.max(1, settings.browseIdle().toSeconds() / 2);
        sweeper.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.SECONDS);
    }

    private static final class Open {
        private final VaultLink link;
        private final BackupReader reader;
        private final TaskCancellation cancellation;
        private int users;
        private long lastUse;
        private boolean unwanted;

        Open(VaultLink link, BackupReader reader, TaskCancellation cancellation) {
            this.link = link;
            this.reader = reader;
            this.cancellation = cancellation;
        }

        void close() {
            try (link) {
                reader.close();
            } catch (RuntimeException e) {
                LOG.warn("closing a browsed backup failed", e);
            }
        }
    }

    /** A reader on loan; closing gives it back. */
    final class Lent implements AutoCloseable {
        private final Open item;
        private boolean back;

        private Lent(Open item) {
            this.item = item;
        }

        BackupReader reader() {
            return item.reader;
        }

        @Override
        public void close() {
            if (!back) {
                back = true;
                giveBack(item);
            }
        }
    }

    Lent borrow(String backupId) throws PluginException {
        synchronized (open) {
            Open item = open.get(backupId);
            if (item != null && !item.unwanted) {
                item.users++;
                return new Lent(item);
            }
        }
        Open fresh = open(backupId); // outside of the lock: it talks to the destination
        Open surplus = null;
        Lent lent;
        synchronized (open) {
            if (closed) {
                fresh.close();
                throw new PluginException(ErrorKind.UNAVAILABLE, "The node stops; ask again in a moment.");
            }
            Open item = open.get(backupId);
            if (item != null && !item.unwanted) {
                surplus = fresh;
            } else {
                item = fresh;
                open.put(backupId, fresh);
            }
            item.users++;
            lent = new Lent(item);
        }
        if (surplus != null) {
            surplus.close();
        }
        sweep();
        return lent;
    }

    private Open open(String backupId) throws PluginException {
        Backups.id(backupId);
        BackupAccess access = plane.readAccess(settings.nodeId(), backupId);
        vaults.plugins().appliance(access.applianceId());
        TaskCancellation cancellation = new TaskCancellation();
        TransferContext context = new TransferContext() {
            @Override
            public TaskCancellation cancellation() {
                return cancellation;
            }

            @Override
            public void transferred(long bytes) {
                // browsing is not limited
            }
        };
        VaultLink link = vaults.open(access.destination(), context, () -> pluginLeft(backupId, cancellation));
        try {
            return new Open(link, link.vault().read(Backups.id(backupId), context), cancellation);
        } catch (PluginException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private void pluginLeft(String backupId, TaskCancellation cancellation) {
        cancellation.cancel(StopReason.PLUGIN_LEFT);
        Open unused = null;
        synchronized (open) {
            Open item = open.get(backupId);
            if (item != null && item.cancellation == cancellation) {
                item.unwanted = true;
                open.remove(backupId);
                unused = item.users == 0 ? item : null;
            }
        }
        if (unused != null) {
            Open closing = unused;
            sweeper.execute(closing::close);
        }
    }

    private void giveBack(Open item) {
        boolean close;
        synchronized (open) {
            item.users--;
            item.lastUse = System.nanoTime();
            close = item.unwanted && item.users == 0;
        }
        if (close) {
            item.close();
        }
    }

    /** Closes what nobody used for a while, and the longest unused ones if there are too many. */
    private void sweep() {
        long now = System.nanoTime();
        Map<String, Open> closing = new HashMap<>();
        synchronized (open) {
            Iterator<Map.Entry<String, Open>> all = open.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<String, Open> entry = all.next();
                Open item = entry.getValue();
                boolean idle = now - item.lastUse > settings.browseIdle().toNanos();
                if (item.users == 0 && (idle || open.size() - closing.size() > MOST)) {
                    closing.put(entry.getKey(), item);
                }
            }
            closing.keySet().forEach(open::remove);
        }
        closing.values().forEach(Open::close);
    }

    @Override
    public void close() {
        Map<String, Open> all;
        synchronized (open) {
            closed = true;
            all = Map.copyOf(open);
            open.clear();
        }
        all.values().forEach(o -> o.cancellation.cancel(StopReason.NODE_STOPS));
        all.values().forEach(Open::close);
        sweeper.shutdownNow();
    }
}

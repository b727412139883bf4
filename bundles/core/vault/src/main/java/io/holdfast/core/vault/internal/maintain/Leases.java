package io.holdfast.core.vault.internal.maintain;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The sessions of others, as a collector sees them. For one thread. */
final class Leases {

    private final VaultCore core;

    private record Seen(long number, long since) {}

    Leases(VaultCore core) {
        this.core = core;
    }

    /** Sessions with a lease and without a manifest, and their greatest lease number. */
    Map<BackupId, Long> open(TransferContext context) throws PluginException {
        Map<BackupId, Long> leases = new HashMap<>();
        for (ObjectStat stat : core.objects().list("leases/", context)) {
            ObjectNames.sessionOfLease(stat.key())
                    .ifPresent(s -> leases.merge(s, ObjectNames.numberOf(stat.key()), Math::max));
        }
        for (BackupId session : List.copyOf(leases.keySet())) {
            if (ended(session, context)) {
                leases.remove(session);
            }
        }
        return leases;
    }

    private boolean ended(BackupId session, TransferContext context) throws PluginException {
        try {
            return ManifestCodec.state(core.objects(), core.keys(), session, context)
                    .isPresent();
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CORRUPT_DATA) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Waits for sessions to end, and fences those that show no life for the patience interval of this process's own time.
     *
     * @return those that still live after {@code maxWait}; empty if all have ended
     */
    Set<BackupId> await(Set<BackupId> sessions, Duration maxWait, TransferContext context) throws PluginException {
        long start = core.ticker().nanoTime();
        Map<BackupId, Seen> seen = new HashMap<>();
        Set<BackupId> waiting = new HashSet<>(sessions);
        while (true) {
            context.cancellation().throwIfCancelled();
            Map<BackupId, Long> open = waiting.isEmpty() ? Map.of() : open(context);
            waiting.retainAll(open.keySet());
            for (BackupId session : List.copyOf(waiting)) {
                if (lifeless(session, open.getOrDefault(session, 0L), seen)) {
                    fence(session, context);
                    waiting.remove(session);
                }
            }
            long waited = core.ticker().nanoTime() - start;
            if (waiting.isEmpty() || waited >= maxWait.toNanos()) {
                return new TreeSet<>(waiting);
            }
            pause(Math.min(core.runtime().leasePatience().toMillis() / 4 + 1, 5_000));
        }
    }

    private boolean lifeless(BackupId session, long number, Map<BackupId, Seen> seen) {
        long now = core.ticker().nanoTime();
        Seen before = seen.get(session);
        if (before == null || before.number() != number) {
            seen.put(session, new Seen(number, now));
            return false;
        }
        return now - before.since() >= core.runtime().leasePatience().toNanos();
    }

    /** Arbitrated by the store: either this put wins or the session's manifest is there. */
    private void fence(BackupId session, TransferContext context) throws PluginException {
        ObjectKey key = ObjectNames.manifest(session);
        byte[] bytes = ManifestCodec.encodeVoid(core.keys(), session, ManifestCodec.State.FENCED);
        core.objects().putExclusive(key, bytes, context);
    }

    private void pause(long millis) throws PluginException {
        try {
            core.ticker().pause(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
        }
    }

    /** Deletes the leases of sessions that have ended. */
    void sweep(TransferContext context) throws PluginException {
        Map<BackupId, Boolean> known = new HashMap<>();
        for (ObjectStat stat : core.objects().list("leases/", context)) {
            var session = ObjectNames.sessionOfLease(stat.key());
            if (session.isEmpty()) {
                continue;
            }
            if (!known.containsKey(session.get())) {
                known.put(session.get(), ended(session.get(), context));
            }
            if (known.getOrDefault(session.get(), false)) {
                core.objects().destination().delete(stat.key(), context);
            }
        }
    }
}

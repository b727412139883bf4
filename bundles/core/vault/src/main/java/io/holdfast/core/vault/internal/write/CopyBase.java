package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.Readers;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.read.DefaultBackupReader;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A backup that is in both vaults, so that only what differs from it must be read.
 *
 * @param reader of it, where the backups are copied from
 * @param copy what it is called where they are copied to
 */
record CopyBase(DefaultBackupReader reader, BackupId copy) implements AutoCloseable {

    private static final int ATTEMPTS = 8;

    /** The one that was made nearest to a backup, of those before it if there are any; sessions are named by their time. */
    static Optional<CopyBase> find(
            VaultCore source,
            BackupId backup,
            TransferContext reading,
            Copies copies,
            BackupId origin,
            VaultCore target)
            throws PluginException {
        TreeMap<String, BackupId> candidates = sessions(source, backup.instanceHash(), reading);
        candidates
                .keySet()
                .retainAll(new HashSet<>(
                        sessions(target, origin.instanceHash(), reading).keySet()));
        String own = session(backup);
        List<BackupId> order =
                new ArrayList<>(candidates.headMap(own, false).descendingMap().values());
        order.addAll(candidates.tailMap(own, false).values());
        for (BackupId candidate : order.subList(0, Math.min(ATTEMPTS, order.size()))) {
            Optional<CopyBase> base = open(source, candidate, reading, copies, origin.instanceHash());
            if (base.isPresent()) {
                return base;
            }
        }
        return Optional.empty();
    }

    private static TreeMap<String, BackupId> sessions(VaultCore core, String instance, TransferContext context)
            throws PluginException {
        TreeMap<String, BackupId> sessions = new TreeMap<>();
        for (ObjectStat stat : core.objects().list("manifests/" + instance + "/", context)) {
            ObjectNames.backupOf(stat.key()).ifPresent(id -> sessions.put(session(id), id));
        }
        return sessions;
    }

    private static String session(BackupId id) {
        return BackupId.common(id.value());
    }

    /** Empty if it is void or damaged on either side. */
    private static Optional<CopyBase> open(
            VaultCore source, BackupId candidate, TransferContext reading, Copies copies, String instance)
            throws PluginException {
        DefaultBackupReader reader;
        try {
            reader = Readers.open(source, candidate, reading);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND && e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return Optional.empty();
        }
        List<BackupId> there = List.of();
        try {
            BackupId made = reader.manifest().head().origin();
            there = copies.of(new BackupId(instance + "." + made.session()));
        } finally {
            if (there.isEmpty()) {
                reader.close();
            }
        }
        return there.isEmpty() ? Optional.empty() : Optional.of(new CopyBase(reader, there.get(0)));
    }

    @Override
    public void close() {
        reader.close();
    }
}

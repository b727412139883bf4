package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CollectReport;
import io.holdfast.core.vault.CopyReport;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.lock.BackupLocks;
import io.holdfast.core.vault.internal.lock.ImmutableObjects;
import io.holdfast.core.vault.internal.maintain.Collector;
import io.holdfast.core.vault.internal.maintain.CopyStock;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.maintain.HealthScan;
import io.holdfast.core.vault.internal.maintain.UnindexedPacks;
import io.holdfast.core.vault.internal.maintain.Verifier;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.core.vault.internal.write.Copying;
import io.holdfast.core.vault.internal.write.Rewriting;
import io.holdfast.core.vault.internal.write.Sessions;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open vault. */
final class DefaultVault implements Vault {

    /** A collection may move packs while they are being locked. */
    private static final Logger LOG = LoggerFactory.getLogger(DefaultVault.class);

    private static final int LOCK_ATTEMPTS = 3;

    private final VaultCore core;
    private final Summaries summaries;
    private final CopyStock stock = new CopyStock();
    private final Readers readers;
    private final Set<AutoCloseable> open = new HashSet<>();

    DefaultVault(VaultCore core) {
        this.core = core;
        this.summaries = new Summaries(core);
        this.readers = new Readers(core, summaries);
    }

    @Override
    public VaultIdentity identity() {
        return core.identity();
    }

    @Override
    public WriteSession begin(SessionRequest request, TransferContext context) throws PluginException {
        refuseIfReading();
        if (!request.immutableFor().isZero()) {
            new ImmutableObjects(core.objects().destination()).require();
        }
        WriteSession[] session = new WriteSession[1];
        session[0] = new Sessions(core, summaries).begin(request, () -> forgetOpen(session[0]), context);
        synchronized (open) {
            open.add(session[0]);
        }
        return session[0];
    }

    private void refuseIfReading() throws PluginException {
        if (core.readOnly()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "The vault was opened for reading alone; open it to change it.");
        }
    }

    private void forgetOpen(AutoCloseable resource) {
        synchronized (open) {
            open.remove(resource);
        }
    }

    @Override
    public List<BackupSummary> backups(TransferContext context) throws PluginException {
        return summaries.list("manifests/", context);
    }

    private String instanceHash(String instanceId) {
        return HexFormat.of().formatHex(core.keys().hasher().instance(instanceId));
    }

    @Override
    public List<BackupSummary> backups(String instanceId, TransferContext context) throws PluginException {
        return summaries.list("manifests/" + instanceHash(instanceId) + "/", context).stream()
                .map(s -> named(s, instanceId))
                .toList();
    }

    @Override
    public Optional<BackupSummary> latest(String instanceId, TransferContext context) throws PluginException {
        return summaries.latest(instanceHash(instanceId), context).map(s -> named(s, instanceId));
    }

    private static BackupSummary named(BackupSummary s, String instanceId) {
        return new BackupSummary(
                s.id(), Optional.of(instanceId), s.sequence(), s.predecessor(), s.time(), s.changeToken(), s.stats());
    }

    @Override
    public BackupReader read(BackupId backup, TransferContext context) throws PluginException {
        return readers.open(backup, context);
    }

    @Override
    public Map<BackupId, byte[]> documents(String name, Collection<BackupId> backups, TransferContext context)
            throws PluginException {
        return readers.documents(name, backups, context);
    }

    @Override
    public int forget(Collection<BackupId> backups, TransferContext context) throws PluginException {
        refuseIfReading();
        Map<BackupId, Instant> locked = locked(backups, context);
        if (!locked.isEmpty()) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    locked.size() + " of " + backups.size() + " backups are immutable, the last one until "
                            + Collections.max(locked.values()) + ", so nothing was forgotten; try again after that, or"
                            + " leave them out.");
        }
        int forgotten = 0;
        for (BackupId backup : new HashSet<>(backups)) {
            if (!isBackup(backup, context)) {
                continue;
            }
            for (ObjectStat lease : core.objects().list(ObjectNames.leasePrefix(backup), context)) {
                core.objects().destination().delete(lease.key(), context);
            }
            core.objects().destination().delete(ObjectNames.manifest(backup), context);
            forgotten++;
        }
        return forgotten;
    }

    @Override
    public Map<BackupId, Instant> locked(Collection<BackupId> backups, TransferContext context) throws PluginException {
        ImmutableObjects locks = new ImmutableObjects(core.objects().destination());
        Map<BackupId, Instant> locked = new HashMap<>();
        for (BackupId backup : new HashSet<>(backups)) {
            locks.until(ObjectNames.manifest(backup), context).ifPresent(until -> locked.put(backup, until));
        }
        return locked;
    }

    @Override
    public Instant lock(BackupId backup, Duration immutableFor, TransferContext context) throws PluginException {
        refuseIfReading();
        new ImmutableObjects(core.objects().destination()).require();
        byte[] bytes = core.objects().get(ObjectNames.manifest(backup), ManifestCodec.MAX_LENGTH, context);
        Manifest manifest = ManifestCodec.decode(core.keys(), backup, bytes)
                .map(ManifestCodec.Loaded::manifest)
                .orElseThrow(() ->
                        new PluginException(ErrorKind.NOT_FOUND, "There is no backup " + backup + " to be locked."));
        Set<Id> gone = new HashSet<>();
        for (int attempt = 1; ; attempt++) {
            Set<Id> lost =
                    new HealthLog(core.objects(), core.keys()).lost(context).keySet();
            Set<Id> distrusted = new HashSet<>(lost);
            distrusted.addAll(gone);
            VaultIndex index = new VaultIndex(core.index().loadAll(context), distrusted);
            index.whenMissing(known -> UnindexedPacks.segments(core, known, context));
            try (BlockReader blocks =
                    new BlockReader(core.keys(), index, new PackReader(core.objects(), core.keys()))) {
                BackupLocks locks = new BackupLocks(core, index, blocks, backup, immutableFor, context);
                Set<Id> missed = new HashSet<>(locks.content(manifest));
                missed.removeAll(lost);
                if (missed.isEmpty()) {
                    return locks.manifest(backup);
                }
                if (attempt == LOCK_ATTEMPTS) {
                    throw unlockable(backup, missed);
                }
                gone.addAll(missed); // a collection has moved what they held, and segments say where to
            }
        }
    }

    private static PluginException unlockable(BackupId backup, Set<Id> missed) {
        return new PluginException(
                ErrorKind.CORRUPT_DATA,
                "Backup " + backup + " was not locked: " + missed.size()
                        + " packs that it needs are not there, one of them "
                        + missed.iterator().next() + ". Verify the vault, then lock it again.");
    }

    /** A damaged manifest counts as one: it can be forgotten, but never a void one. */
    private boolean isBackup(BackupId backup, TransferContext context) throws PluginException {
        try {
            return ManifestCodec.state(core.objects(), core.keys(), backup, context)
                    .equals(Optional.of(ManifestCodec.State.BACKUP));
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.CORRUPT_DATA) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public CopyReport copy(
            Vault from, CopyRequest request, Progress progress, TransferContext reading, TransferContext writing)
            throws PluginException {
        refuseIfReading();
        if (!(from instanceof DefaultVault source)) {
            throw new IllegalArgumentException("a vault of another factory");
        }
        if (!source.identity().vaultId().equals(identity().vaultId())) {
            return new Rewriting(source.core, core, request, progress, reading, writing).run();
        }
        if (source.core.index().name().equals(core.index().name())) {
            throw new PluginException(
                    ErrorKind.CONFLICT, "Both destinations lead to the same vault; a copy there would be none.");
        }
        return new Copying(source.core, source.stock, core, request, progress, reading, writing).run(reading);
    }

    @Override
    public CollectReport collect(CollectOptions options, Progress progress, TransferContext context)
            throws PluginException {
        refuseIfReading();
        return new Collector(core, options, progress, context).run();
    }

    @Override
    public VerifyReport verify(VerifyScope scope, Progress progress, TransferContext context) throws PluginException {
        return new Verifier(core, scope, progress, context).run();
    }

    @Override
    public List<BackupHealth> health(TransferContext context) throws PluginException {
        return new HealthScan(core, Map.of(), context).run();
    }

    @Override
    public void close() {
        List<AutoCloseable> all;
        synchronized (open) {
            all = new ArrayList<>(open);
        }
        for (AutoCloseable resource : all) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        core.index().close();
    }
}

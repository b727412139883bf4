package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.maintain.UnindexedPacks;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.manifest.ManifestSecrets;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.ChunkReader;
import io.holdfast.core.vault.internal.read.DefaultBackupReader;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens backups for whoever has reader keys. */
public final class Readers {

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final VaultCore core;
    private final Summaries summaries;

    /** Of a vault, with what it remembers of names. */
    Readers(VaultCore core, Summaries summaries) {
        this.core = core;
        this.summaries = summaries;
    }

    /** Opens one backup of a vault, see {@link #open(BackupId, TransferContext)}. */
    public static DefaultBackupReader open(VaultCore core, BackupId backup, TransferContext context)
            throws PluginException {
        return new Readers(core, new Summaries(core)).open(backup, context);
    }

    /**
     * Opens a backup.
     *
     * @throws PluginException {@code PERMISSION} without reader keys; {@code NOT_FOUND}; {@code CORRUPT_DATA}
     */
    DefaultBackupReader open(BackupId backup, TransferContext context) throws PluginException {
        requireReaderKeys();
        return open(backup, index(context), context);
    }

    /** A document of many backups, see {@link io.holdfast.core.vault.Vault#documents}. */
    Map<BackupId, byte[]> documents(String name, Collection<BackupId> backups, TransferContext context)
            throws PluginException {
        requireReaderKeys();
        List<BackupId> all = List.copyOf(new HashSet<>(backups));
        VaultIndex index = index(context);
        Map<BackupId, byte[]> documents = new ConcurrentHashMap<>();
        Batch.run(core.runtime(), "documents", all.size(), n -> {
            context.cancellation().throwIfCancelled();
            try (DefaultBackupReader reader = open(all.get(n), index, context)) {
                reader.document(name).ifPresent(bytes -> documents.put(all.get(n), bytes));
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                LOG.warn("The document {} of backup {} is left out: {}", name, all.get(n), e.getMessage());
            }
        });
        return documents;
    }

    private void requireReaderKeys() throws PluginException {
        if (!core.keys().canRead()) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "The vault was opened with writer keys, which cannot read content.");
        }
    }

    /** Where everything is that readers may want. */
    private VaultIndex index(TransferContext context) throws PluginException {
        Set<Id> lost = new HealthLog(core.objects(), core.keys()).lost(context).keySet();
        VaultIndex index = new VaultIndex(core.index().loadAll(context), lost);
        index.whenStale(known -> core.index().loadAll(context));
        index.whenMissing(known -> UnindexedPacks.segments(core, known, context));
        return index;
    }

    private DefaultBackupReader open(BackupId backup, VaultIndex index, TransferContext context)
            throws PluginException {
        byte[] bytes = core.objects().get(ObjectNames.manifest(backup), ManifestCodec.MAX_LENGTH, context);
        Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(core.keys(), backup, bytes);
        if (loaded.isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no backup " + backup + ".");
        }
        BackupSummary summary = Summaries.of(
                loaded.get().manifest().head(),
                summaries.instance(loaded.get().manifest().head()));
        PackReader packs = new PackReader(core.objects(), core.keys());
        return new DefaultBackupReader(
                summary,
                loaded.get().manifest(),
                ManifestSecrets.decode(core.keys(), loaded.get()),
                new BlockReader(core.keys(), index, packs),
                new ChunkReader(core.keys(), index, packs),
                core.runtime().workers(),
                context);
    }
}

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
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.util.Optional;
import java.util.Set;

/** Opens backups. */
public final class Readers {

    private Readers() {}

    /**
     * Opens a backup.
     *
     * @throws PluginException {@code PERMISSION} without reader keys; {@code NOT_FOUND}; {@code CORRUPT_DATA}
     */
    public static DefaultBackupReader open(VaultCore core, BackupId backup, TransferContext context)
            throws PluginException {
        if (!core.keys().canRead()) {
            throw new PluginException(
                    ErrorKind.PERMISSION, "The vault was opened with writer keys, which cannot read content.");
        }
        byte[] bytes = core.objects().get(ObjectNames.manifest(backup), ManifestCodec.MAX_LENGTH, context);
        Optional<ManifestCodec.Loaded> loaded = ManifestCodec.decode(core.keys(), backup, bytes);
        if (loaded.isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "There is no backup " + backup + ".");
        }
        BackupSummary summary = Summaries.of(
                loaded.get().manifest().head(),
                new Summaries(core).instance(loaded.get().manifest().head()));
        Set<Id> lost = new HealthLog(core.objects(), core.keys()).lost(context).keySet();
        VaultIndex index = new VaultIndex(core.index().loadAll(context), lost);
        index.whenStale(known -> core.index().loadAll(context));
        index.whenMissing(known -> UnindexedPacks.segments(core, known, context));
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

package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.maintain.CopyPlan;
import io.holdfast.core.vault.internal.maintain.GcLog;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectStat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The copies of backups in the vault that they are copied to. */
final class Copies {

    private final VaultCore core;
    private final TransferContext context;

    Copies(VaultCore core, TransferContext context) {
        this.core = core;
        this.context = context;
    }

    /** The copies that there are of a backup, or the original if it is copied back. */
    List<BackupId> of(BackupId origin) throws PluginException {
        List<BackupId> copies = new ArrayList<>();
        for (ObjectStat stat : core.objects().list(ObjectNames.manifestPrefix(origin), context)) {
            Optional<BackupId> id = ObjectNames.backupOf(stat.key());
            if (id.isPresent() && holds(id.get(), origin)) {
                copies.add(id.get());
            }
        }
        return copies;
    }

    private boolean holds(BackupId id, BackupId origin) throws PluginException {
        try {
            return ManifestCodec.readHead(core.objects(), core.keys(), id, context)
                    .map(Manifest.Head::origin)
                    .equals(Optional.of(origin));
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    /** Whether nothing of a copy has to be healed: nothing is recorded as lost, or nothing that this one needs. */
    boolean whole(BackupId copy) throws PluginException {
        if (new HealthLog(core.objects(), core.keys()).lost(context).isEmpty()) {
            return true;
        }
        VaultIndex index = new VaultIndex(core.index().load(context), distrusted());
        try {
            return CopyPlan.whole(core, index, copy, index::trusts, context);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            return false;
        }
    }

    /** Packs that a collection may be about to delete, or that are recorded as lost. */
    Set<Id> distrusted() throws PluginException {
        Set<Id> distrusted = new HashSet<>(new GcLog(core.objects(), core.keys()).condemned(context));
        distrusted.addAll(
                new HealthLog(core.objects(), core.keys()).lost(context).keySet());
        return distrusted;
    }

    /** The name of a new copy. */
    BackupId newId(BackupId origin) {
        byte[] own = new byte[4];
        core.runtime().random().nextBytes(own);
        return new BackupId(origin.instanceHash() + "." + origin.session().substring(0, 24)
                + HexFormat.of().formatHex(own));
    }
}

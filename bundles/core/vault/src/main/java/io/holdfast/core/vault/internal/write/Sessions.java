package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.read.BlockReader;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins sessions in the order that FORMAT.md section 9.1 demands. */
public final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final VaultCore core;
    private final Summaries summaries;

    /** Sessions on that vault. */
    public Sessions(VaultCore core, Summaries summaries) {
        this.core = core;
        this.summaries = summaries;
    }

    /**
     * Begins a session.
     *
     * @param ended called when it is closed
     */
    public WriteSession begin(SessionRequest request, Runnable ended, TransferContext context) throws PluginException {
        return open(request, Optional.empty(), ended, context);
    }

    /**
     * Begins a session.
     *
     * @param copied what it takes over from another vault, if it writes a copy
     */
    DefaultWriteSession open(SessionRequest request, Optional<Copied> copied, Runnable ended, TransferContext context)
            throws PluginException {
        Staging.Guard[] guard = {() -> {}};
        Staging staging =
                new Staging(request.stagingDirectory(), core.runtime().stagingBytes(), () -> guard[0].check());
        @Nullable Lease lease = null;
        try {
            endLast(staging, context);
            BackupId backup = copied.isPresent()
                    ? new Copies(core, context).newId(copied.get().origin())
                    : newId(request.instanceId());
            staging.begin(backup);
            lease = new Lease(core, backup, context);
            return new DefaultWriteSession(parts(request, copied, ended, staging, lease, backup, guard, context));
        } catch (PluginException | RuntimeException e) {
            if (lease != null) {
                lease.close();
            }
            staging.close();
            throw e;
        }
    }

    /**
     * Says that the session which worked in this directory before will never commit; its process is gone. A put of it may
     * still be under way, so its index segments do not count: this session indexes again what is worth it.
     */
    private void endLast(Staging staging, TransferContext context) throws PluginException {
        Optional<BackupId> last = staging.lastSession();
        if (last.isPresent()) {
            byte[] bytes = ManifestCodec.encodeVoid(core.keys(), last.get(), ManifestCodec.State.FENCED);
            core.objects().putExclusive(ObjectNames.manifest(last.get()), bytes, context);
        }
    }

    private BackupId newId(String instanceId) {
        byte[] session = new byte[16];
        core.runtime().random().nextBytes(session);
        long now = core.runtime().clock().millis();
        ByteBuffer.wrap(session).putShort(0, (short) (now >>> 32)).putInt(2, (int) now);
        HexFormat hex = HexFormat.of();
        byte[] instance = core.keys().hasher().instance(instanceId);
        return new BackupId(hex.formatHex(instance) + "." + hex.formatHex(session));
    }

    private SessionParts parts(
            SessionRequest request,
            Optional<Copied> copied,
            Runnable ended,
            Staging staging,
            Lease lease,
            BackupId backup,
            Staging.Guard[] guard,
            TransferContext context)
            throws PluginException {
        Set<Id> distrusted = new Copies(core, context).distrusted();
        VaultIndex index = new VaultIndex(core.index().load(context), distrusted);
        Known known = new Known(index);
        Shipper shipper = new Shipper(core, backup, staging, known);
        adopt(staging, shipper, known, distrusted, context);
        Optional<Manifest> manifest = predecessor(request, context);
        Optional<BackupSummary> latest = manifest.map(m -> Summaries.of(m.head(), Optional.of(request.instanceId())));
        if (latest.isEmpty() && copied.isEmpty()) {
            latest = summaries.latest(backup.instanceHash(), context);
        }
        BlockReader blocks = new BlockReader(core.keys(), index, new PackReader(core.objects(), core.keys()));
        Predecessor predecessor = new Predecessor(manifest.orElse(null), blocks, known, request.stagingDirectory());
        return new SessionParts(
                core,
                backup,
                request.instanceId(),
                latest.map(BackupSummary::sequence).orElse(0L) + 1,
                core.runtime().clock().millis(),
                manifest.isPresent() ? latest : Optional.empty(),
                damaged(manifest, predecessor),
                known,
                predecessor,
                blocks,
                staging,
                shipper,
                lease,
                guard,
                request.immutableFor(),
                copied,
                ended);
    }

    private void adopt(Staging staging, Shipper shipper, Known known, Set<Id> distrusted, TransferContext context)
            throws PluginException {
        for (SealedPack pack : staging.recover(distrusted, known::add)) {
            if (!distrusted.contains(pack.id()) && !known.all(pack) && shipper.arrived(pack, context)) {
                known.add(pack);
                shipper.adopted(pack);
            } else {
                staging.forget(pack);
            }
        }
    }

    private Optional<Manifest> predecessor(SessionRequest request, TransferContext context) throws PluginException {
        if (request.previous().isEmpty()) {
            return Optional.empty();
        }
        BackupId id = request.previous().get();
        byte[] instance = core.keys().hasher().instance(request.instanceId());
        if (!id.instanceHash().equals(HexFormat.of().formatHex(instance))) {
            throw new PluginException(ErrorKind.CONFLICT, "The previous backup belongs to another instance.");
        }
        try {
            Optional<byte[]> bytes = core.objects().find(ObjectNames.manifest(id), ManifestCodec.MAX_LENGTH, context);
            return bytes.isEmpty()
                    ? Optional.empty()
                    : ManifestCodec.decode(core.keys(), id, bytes.get()).map(ManifestCodec.Loaded::manifest);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            LOG.warn("The previous backup is not used: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean damaged(Optional<Manifest> manifest, Predecessor predecessor) throws PluginException {
        if (manifest.isEmpty() || !predecessor.doubtful()) {
            return false;
        }
        for (Manifest.SourceRefs source : manifest.get().sources()) {
            if (!predecessor.whole(source, true)) {
                return true;
            }
        }
        return false;
    }
}

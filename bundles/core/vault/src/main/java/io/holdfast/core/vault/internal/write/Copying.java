package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.CopyReport;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.index.VaultIndex;
import io.holdfast.core.vault.internal.maintain.CopyPlan;
import io.holdfast.core.vault.internal.maintain.CopyStock;
import io.holdfast.core.vault.internal.maintain.GcLog;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.maintain.Repacker;
import io.holdfast.core.vault.internal.manifest.ManifestCodec;
import io.holdfast.core.vault.internal.pack.SealedPack;
import io.holdfast.core.vault.internal.store.Batch;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.DestinationCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies one backup into another vault of the same keys, FORMAT.md section 11. A session there, a reader here. For one thread. */
public final class Copying {

    private static final Logger LOG = LoggerFactory.getLogger(Copying.class);
    /** A collection where the backup is may move things this often. */
    private static final int ROUNDS = 8;

    private final CopyStock stock;
    private final VaultCore target;
    private final CopyRequest request;
    private final Progress progress;
    private final TransferContext context;
    private final CopySource source;
    private final Copies copies;
    private long rewritten;

    /**
     * A copy of one backup, whose other parts are told by the request.
     *
     * @param stock what earlier copies have seen of the vault that is copied from
     */
    public Copying(
            VaultCore source,
            CopyStock stock,
            VaultCore target,
            CopyRequest request,
            Progress progress,
            TransferContext reading,
            TransferContext writing) {
        this.source = new CopySource(source, reading);
        this.stock = stock;
        this.target = target;
        this.request = request;
        this.progress = progress;
        this.context = writing;
        this.copies = new Copies(target, writing);
    }

    /** Copies. */
    public CopyReport run(TransferContext reading) throws PluginException {
        progress.step("Comparing");
        ManifestCodec.Loaded manifest = load(reading);
        Optional<BackupId> there =
                copies.of(manifest.manifest().head().origin()).stream().findFirst();
        keySlots(reading);
        if (there.isPresent() && copies.whole(there.get())) {
            return new CopyReport(there.get(), true, 0, 0, 0, 0, List.of(), true);
        }
        Path directory = request.stagingDirectory();
        try (Staging staging = new Staging(directory, target.runtime().stagingBytes(), () -> {})) {
            endLast(staging);
            staging.recover(Set.of(), pack -> {});
            BackupId session = copies.newId(manifest.manifest().head().origin());
            staging.begin(session);
            CopyReport report = session(session, manifest, there, staging, reading);
            staging.ended(true);
            return report;
        }
    }

    private ManifestCodec.Loaded load(TransferContext reading) throws PluginException {
        VaultCore core = source.core();
        Optional<byte[]> bytes =
                core.objects().find(ObjectNames.manifest(request.backup()), ManifestCodec.MAX_LENGTH, reading);
        Optional<ManifestCodec.Loaded> loaded =
                bytes.isEmpty() ? Optional.empty() : ManifestCodec.decode(core.keys(), request.backup(), bytes.get());
        return loaded.orElseThrow(() -> new PluginException(
                ErrorKind.NOT_FOUND,
                "There is no backup " + request.backup() + " to copy; it may have been forgotten."));
    }

    /** New ways to the keys go with the backups that may need them. */
    private void keySlots(TransferContext reading) throws PluginException {
        KeySlots.copy(source.core().objects(), target.objects(), target.keys(), reading, context);
    }

    /** As for every session whose process is gone: what it has put late is not relied on, and nobody waits for it. */
    private void endLast(Staging staging) throws PluginException {
        Optional<BackupId> last = staging.lastSession();
        if (last.isPresent()) {
            byte[] bytes = ManifestCodec.encodeVoid(target.keys(), last.get(), ManifestCodec.State.FENCED);
            target.objects().putExclusive(ObjectNames.manifest(last.get()), bytes, context);
        }
    }

    private CopyReport session(
            BackupId session,
            ManifestCodec.Loaded manifest,
            Optional<BackupId> there,
            Staging staging,
            TransferContext reading)
            throws PluginException {
        boolean committed = false;
        @Nullable CopyTarget arrivals = null;
        try (Lease lease = new Lease(target, session, context)) {
            Set<Id> distrusted = copies.distrusted();
            Known known = new Known(new VaultIndex(target.index().load(context), distrusted));
            arrivals = new CopyTarget(target, session, known, distrusted, context);
            transfer(arrivals, session, staging, reading);
            arrivals.flush();
            if (there.isEmpty()) {
                progress.step("Committing");
                byte[] bytes = ManifestCodec.encodeCopy(target.keys(), manifest, session);
                if (!target.objects().putExclusive(ObjectNames.manifest(session), bytes, context)) {
                    throw new PluginException(
                            ErrorKind.CONFLICT,
                            "The copy was taken for dead by a collection and may not commit any more; copy again.");
                }
                committed = true;
            }
            return new CopyReport(
                    there.orElse(session),
                    there.isPresent(),
                    arrivals.packs(),
                    arrivals.bytes(),
                    rewritten,
                    arrivals.found(),
                    source.findings(),
                    true);
        } finally {
            if (!committed) {
                end(session, arrivals != null && arrivals.close());
            }
        }
    }

    /** A session that ends without a backup says so, as far as the destination can be reached. */
    private void end(BackupId session, boolean doubtful) {
        ManifestCodec.State state = doubtful ? ManifestCodec.State.FENCED : ManifestCodec.State.GIVEN_UP;
        byte[] bytes = ManifestCodec.encodeVoid(target.keys(), session, state);
        try {
            target.objects().putExclusive(ObjectNames.manifest(session), bytes, Contexts.uncancelled());
        } catch (PluginException e) {
            LOG.info("Session {} could not be given up, the next copy will do it: {}", session, e.getMessage());
        }
    }

    /** Brings what is missing, until nothing is: what turns out to be damaged or gone is looked for elsewhere. */
    private void transfer(CopyTarget arrivals, BackupId session, Staging staging, TransferContext reading)
            throws PluginException {
        for (int round = 1; ; round++) {
            context.cancellation().throwIfCancelled();
            progress.step("Following references");
            CopyPlan plan = plan(arrivals, reading);
            round(plan, arrivals, session, staging, reading);
            if (!source.disappointed()) {
                return;
            }
            stock.renew();
            if (round == ROUNDS) {
                throw new PluginException(
                        ErrorKind.UNAVAILABLE,
                        "Packs of backup " + request.backup() + " went while they were copied; copy it again when the"
                                + " collection where it lies has ended.");
            }
        }
    }

    /** What cannot be found was perhaps moved by a collection while it was looked for; then it is looked for again. */
    private CopyPlan plan(CopyTarget arrivals, TransferContext reading) throws PluginException {
        VaultCore core = source.core();
        GcLog log = new GcLog(core.objects(), core.keys());
        for (int attempt = 1; ; attempt++) {
            GcLog.State before = log.state(reading);
            try {
                return CopyPlan.make(core, stock, request.backup(), source.bad(), arrivals::has, reading);
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e;
                }
                load(reading); // says so if it is gone
                if (stock.renew()) {
                    continue; // it may be younger than what was kept
                }
                if (attempt == ROUNDS || log.state(reading).same(before)) {
                    throw perhapsLate(e, reading);
                }
            }
        }
    }

    /** Where listings are behind the times, what is not found need not be lost, unless that is known. */
    private PluginException perhapsLate(PluginException e, TransferContext reading) throws PluginException {
        VaultCore core = source.core();
        if (core.objects().destination().capabilities().contains(DestinationCapability.LIST_AFTER_WRITE)
                || !source.bad().isEmpty()
                || !new HealthLog(core.objects(), core.keys()).lost(reading).isEmpty()) {
            return e;
        }
        return new PluginException(
                ErrorKind.UNAVAILABLE,
                "Not everything that backup " + request.backup()
                        + " needs is listed where it is, whose listings are behind"
                        + " the times; copy it again later, and verify it there if that does not help.",
                e);
    }

    private void round(CopyPlan plan, CopyTarget arrivals, BackupId session, Staging staging, TransferContext reading)
            throws PluginException {
        List<CopyPlan.Part> whole = new ArrayList<>();
        List<CopyPlan.Part> rests = new ArrayList<>();
        for (CopyPlan.Part part : plan.parts()) {
            boolean waste = part.size() - part.needed() > request.wasteThreshold() * part.size() + 4096;
            (waste || arrivals.distrusts(part.pack()) ? rests : whole).add(part);
        }
        long bytes = whole.stream().mapToLong(CopyPlan.Part::size).sum()
                + rests.stream().mapToLong(CopyPlan.Part::needed).sum();
        progress.expect(bytes, whole.size() + (long) rests.size());
        progress.step("Copying packs");
        // what is suspect first: in vain nothing else need be sent
        for (CopyPlan.Part part : whole) {
            if (part.suspect()) {
                copy(part, arrivals, staging);
            }
        }
        if (source.missed()) {
            return;
        }
        whole.removeIf(CopyPlan.Part::suspect);
        Batch.run(Math.min(target.runtime().transfers(), Math.max(1, whole.size())), "copy", whole.size(), n -> {
            context.cancellation().throwIfCancelled();
            arrivals.during(() -> copy(whole.get(n), arrivals, staging));
        });
        rest(plan, rests, arrivals, session, staging, reading);
    }

    private void copy(CopyPlan.Part part, CopyTarget arrivals, Staging staging) throws PluginException {
        Path file = staging.newFile();
        try {
            Optional<SealedPack> pack = Optional.empty();
            boolean arrived = arrivals.arrived(part.pack(), part.size());
            if (arrived) {
                pack = source.table(part);
            }
            if (pack.isPresent()) {
                arrivals.adopt(pack.get());
            } else {
                pack = source.fetch(part, file);
                if (pack.isPresent()) {
                    arrivals.put(pack.get(), file);
                }
            }
            progress.done(part.size(), 1);
        } finally {
            staging.discard(file);
        }
    }

    /** Copies the needed entries of packs of which most is not, or whose names cannot be used there. */
    private void rest(
            CopyPlan plan,
            List<CopyPlan.Part> parts,
            CopyTarget arrivals,
            BackupId session,
            Staging staging,
            TransferContext reading)
            throws PluginException {
        Repacker.Output output = new Repacker.Output() {
            @Override
            public Path newFile() throws IOException {
                return Files.createTempFile(request.stagingDirectory(), "tmp-rest-", ".pack");
            }

            @Override
            public void put(SealedPack pack, Path file) throws PluginException {
                arrivals.put(pack, file);
                rewritten++;
            }
        };
        byte[] id = HexFormat.of().parseHex(session.session());
        for (int kind = 1; kind <= 2; kind++) {
            List<Id> packs = new ArrayList<>();
            for (CopyPlan.Part part : parts) {
                if (part.kind() == kind) {
                    packs.add(part.pack());
                    progress.done(part.needed(), 1);
                }
            }
            repack(new Repacker(source.core(), plan::needs, id, output), packs, kind, reading);
        }
    }

    private void repack(Repacker repacker, List<Id> packs, int kind, TransferContext reading) throws PluginException {
        Set<Id> left = new HashSet<>(packs);
        try {
            repacker.run(packs, kind, reading).forEach(left::remove);
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            source.gone(packs.get(0)); // one of them: all that did not arrive is looked for again
            return;
        }
        left.forEach(pack -> source.damaged(
                pack, VerifyReport.State.DAMAGED, "Read to be copied, its bytes do not match its name."));
    }
}

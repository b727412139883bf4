package io.holdfast.core.vault.internal.write;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupStats;
import io.holdfast.core.vault.CopyReport;
import io.holdfast.core.vault.CopyRequest;
import io.holdfast.core.vault.ExportReport;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.internal.Readers;
import io.holdfast.core.vault.internal.VaultCore;
import io.holdfast.core.vault.internal.manifest.Manifest;
import io.holdfast.core.vault.internal.read.BackupSources;
import io.holdfast.core.vault.internal.read.DefaultBackupReader;
import io.holdfast.core.vault.internal.read.Summaries;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.source.Source;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one backup into a vault with other keys, FORMAT.md section 11.3: what is read of it is written by an ordinary session, which
 * cuts, compresses and encrypts by the rules of the vault that it goes to. Needs the reader keys of where it is. For one thread.
 */
public final class Rewriting {

    private static final Logger LOG = LoggerFactory.getLogger(Rewriting.class);

    private final VaultCore source;
    private final VaultCore target;
    private final CopyRequest request;
    private final Progress progress;
    private final Cancellation readingEnd;
    private final Cancellation writingEnd;
    private final Contexts.Switch ended = new Contexts.Switch();
    private final TransferContext reading;
    private final TransferContext writing;
    private final Copies copies;

    /** A copy of one backup, whose other parts are told by the request. */
    public Rewriting(
            VaultCore source,
            VaultCore target,
            CopyRequest request,
            Progress progress,
            TransferContext reading,
            TransferContext writing) {
        this.source = source;
        this.target = target;
        this.request = request;
        this.progress = progress;
        this.readingEnd = reading.cancellation();
        this.writingEnd = writing.cancellation();
        this.reading = Contexts.of(ended, reading);
        this.writing = Contexts.of(ended, writing);
        this.copies = new Copies(target, this.writing);
    }

    /** Copies. */
    public CopyReport run() throws PluginException {
        progress.step("Comparing");
        try (Cancellation.Registration a = readingEnd.onCancel(ended::cancel);
                Cancellation.Registration b = writingEnd.onCancel(ended::cancel);
                DefaultBackupReader backup = open()) {
            Manifest.Head head = backup.manifest().head();
            String instance = backup.summary().instanceId().orElseThrow();
            byte[] hash = target.keys().hasher().instance(instance);
            BackupId origin = new BackupId(
                    HexFormat.of().formatHex(hash) + "." + head.origin().session());
            List<BackupId> there = copies.of(origin);
            for (BackupId copy : there) {
                if (copies.whole(copy)) {
                    return there(copy, Shipper.Sent.NOTHING);
                }
            }
            Copied copied = new Copied(origin, head, backup.problems());
            return there.isEmpty()
                    ? building(backup, instance, copied)
                    : session(backup, instance, copied, null, Optional.of(there.get(0)));
        }
    }

    private DefaultBackupReader open() throws PluginException {
        try {
            return Readers.open(source, request.backup(), reading);
        } catch (PluginException e) {
            throw e.kind() == ErrorKind.NOT_FOUND ? forgotten(e) : e;
        }
    }

    private PluginException forgotten(PluginException because) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "There is no backup " + request.backup() + " to copy; it may have been forgotten.",
                because);
    }

    private static CopyReport there(BackupId copy, Shipper.Sent sent) {
        return new CopyReport(copy, true, sent.packs(), sent.bytes(), 0, sent.found(), List.of(), false);
    }

    /** Builds on an earlier copy; without it if the one or the other turns out to be damaged. */
    private CopyReport building(DefaultBackupReader backup, String instance, Copied copied) throws PluginException {
        Optional<CopyBase> found = CopyBase.find(source, request.backup(), reading, copies, copied.origin(), target);
        if (found.isPresent()) {
            try (CopyBase base = found.get()) {
                return session(backup, instance, copied, base, Optional.empty());
            } catch (UnusableBase e) {
                LOG.info(
                        "Backup {} is copied without building on {}: {}",
                        request.backup(),
                        found.get(),
                        e.getMessage());
            }
        }
        return session(backup, instance, copied, null, Optional.empty());
    }

    /** What a copy builds on is damaged, which is no reason not to copy. */
    private static final class UnusableBase extends PluginException {

        private static final long serialVersionUID = 1;

        UnusableBase(PluginException cause) {
            super(cause.kind(), String.valueOf(cause.getMessage()), cause);
        }
    }

    /** @param broken a copy of which something is lost: if it is whole again by what was sent, no further one is made */
    private CopyReport session(
            DefaultBackupReader backup,
            String instance,
            Copied copied,
            @Nullable CopyBase base,
            Optional<BackupId> broken)
            throws PluginException {
        Optional<BackupId> previous = Optional.ofNullable(base).map(CopyBase::copy);
        SessionRequest asked = new SessionRequest(instance, previous, request.stagingDirectory());
        Sessions sessions = new Sessions(target, new Summaries(target));
        try (DefaultWriteSession session = sessions.open(asked, Optional.of(copied), () -> {}, writing)) {
            DefaultBackupReader before = base == null || session.previous().isEmpty() ? null : base.reader();
            BackupSources sources = new BackupSources(backup, before);
            try {
                List<Source> all = sources.all(session::canAddItems);
                transfer(session, all, sources.documents(), copied.head().stats());
            } catch (PluginException e) {
                throw failed(e, sources, before != null);
            }
            if (broken.isPresent() && copies.whole(broken.get())) {
                return there(broken.get(), session.sent());
            }
            progress.step("Committing");
            BackupId copy = session.commit(writing).id();
            Shipper.Sent sent = session.sent();
            return new CopyReport(copy, false, sent.packs(), sent.bytes(), 0, sent.found(), List.of(), false);
        }
    }

    private PluginException failed(PluginException e, BackupSources sources, boolean based) throws PluginException {
        if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
            return e;
        }
        if (based && !sources.damaged()) {
            return new UnusableBase(e);
        }
        if (source.objects()
                .destination()
                .stat(ObjectNames.manifest(request.backup()), reading)
                .isEmpty()) {
            return forgotten(e);
        }
        return sources.damaged()
                ? new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "Backup " + request.backup() + " is damaged, so it is not copied: " + e.getMessage()
                                + " Verify the destination that it is copied from.",
                        e)
                : e;
    }

    /** Reads in a thread of its own, and ships in this one what that has sealed. */
    private void transfer(
            DefaultWriteSession session, List<Source> sources, Map<String, byte[]> documents, BackupStats stats)
            throws PluginException {
        progress.expect(stats.logicalBytes(), stats.files());
        ExportReport[] report = new ExportReport[1];
        Contexts.Switch stop = new Contexts.Switch();
        Thread export = new Thread(
                () -> {
                    try {
                        report[0] = session.export(sources, documents, progress, stop);
                        session.seal(Optional.empty());
                    } catch (PluginException | RuntimeException | Error e) {
                        LOG.debug(
                                "The reading of a copy ended", e); // the session knows, and whoever ships learns of it
                    }
                },
                "holdfast-vault-copy-" + session.backup().session());
        export.setDaemon(true);
        export.start();
        boolean shipped = false;
        try (Cancellation.Registration end = ended.onCancel(stop::cancel)) {
            session.ship(Contexts.unwatched(), Contexts.of(stop, writing));
            shipped = true;
        } finally {
            if (!shipped) {
                stop.cancel();
            }
            join(export);
        }
        session.rethrow();
        if (report[0] == null || report[0].partial()) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "Backup " + request.backup() + " was not read to its end; copy it again.");
        }
    }

    private static void join(Thread export) throws PluginException {
        try {
            export.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "Interrupted.", e);
        }
    }
}

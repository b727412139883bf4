package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.ExportReport;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.SessionRequest;
import io.holdfast.core.vault.WriteSession;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.PluginLinks.StrategyLink;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** EXPORT: opens a session that the store shares, and lets the vault read the instance. */
final class ExportProcedure implements Procedure {

    private static final int PROBLEMS_IN_LOG = 20;

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Staging staging;
    private final Sessions sessions;

    ExportProcedure(ControlPlane plane, VaultLinks vaults, Staging staging, Sessions sessions) {
        this.plane = plane;
        this.vaults = vaults;
        this.staging = staging;
        this.sessions = sessions;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        String instance = Need.instance(inputs).id();
        BackupSession session = new BackupSession(task, () -> staging.release(instance));
        Throwable failure = null;
        try {
            if (committedBefore(task, inputs, session)) {
                session.exportLeaves(new PluginException(ErrorKind.CONFLICT, "nothing to be stored"));
                return Result.done("the backup of an earlier attempt was stored after all");
            }
            return export(task, inputs, session);
        } catch (PluginException | RuntimeException | Error e) {
            failure = e;
            Throwable store = session.storeFailure();
            if (store != null && !task.stopper().isCancelled()) {
                return Result.other(End.RETURNED, "its store failed: " + store.getMessage());
            }
            throw e;
        } finally {
            session.exportLeaves(failure);
            if (failure != null) {
                sessions.remove(task.lease().workflowId(), session);
            }
        }
    }

    /** Whether an earlier attempt came through although nobody heard of it. */
    private boolean committedBefore(RunningTask task, TaskInputs inputs, BackupSession session) throws PluginException {
        VaultLink vault = vaults.open(Need.destination(inputs), task.transfer(), session::pluginLeft);
        session.vault(vault);
        String earlier = task.parameter(TaskParameters.SESSION);
        if (earlier.isEmpty()) {
            return false;
        }
        Optional<BackupSummary> there = vault
                .vault()
                .backups(Need.instance(inputs).id(), task.transfer())
                .stream()
                .filter(b -> b.id().value().equals(earlier))
                .findFirst();
        if (there.isPresent() && !vault.immutableFor().isZero()) {
            vault.vault().lock(there.get().id(), vault.immutableFor(), task.transfer());
        }
        return there.isPresent();
    }

    private Result export(RunningTask task, TaskInputs inputs, BackupSession session) throws PluginException {
        InstanceAccess instance = Need.instance(inputs);
        boolean full = Boolean.parseBoolean(task.parameter(TaskParameters.FULL));
        WriteSession write = begin(task, instance, session, full);
        ExportSession source = openSource(task, inputs, session, write, full);
        Map<String, byte[]> documents = new HashMap<>(PluginLinks.with(source, source::metadata));
        documents.put(Passport.DOCUMENT, session.passport().encode());
        sessions.add(task.lease().workflowId(), session);
        plane.sessionOpened(task.lease().key(), write.backup().value());
        task.progress().step("Reading");
        ExportReport report = write.export(
                PluginLinks.with(source, source::sources), documents, task.progress(), task.cancellation());
        Optional<ChangeToken> next = PluginLinks.with(source, () -> {
            source.readingDone();
            return source.nextToken();
        });
        write.seal(next);
        tell(task, report);
        task.progress().step("Waiting for its store to start");
        try {
            session.awaitStore();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "the export was interrupted", e);
        }
        if (session.storeFailure() != null) {
            throw new PluginException(ErrorKind.CONFLICT, "the store failed");
        }
        return Result.done(summary(report)).withWarnings(report.partial());
    }

    private WriteSession begin(RunningTask task, InstanceAccess instance, BackupSession session, boolean full)
            throws PluginException {
        task.progress().step("Looking for the previous backup");
        Optional<BackupSummary> latest = session.vault().vault().latest(instance.id(), task.transfer());
        session.supersedes(latest.flatMap(BackupSummary::changeToken));
        SessionRequest request = new SessionRequest(
                instance.id(),
                full ? Optional.empty() : latest.map(BackupSummary::id),
                staging.directory(instance.id()),
                session.vault().immutableFor());
        WriteSession write = session.vault().vault().begin(request, task.transfer());
        session.write(write);
        return write;
    }

    private ExportSession openSource(
            RunningTask task, TaskInputs inputs, BackupSession session, WriteSession write, boolean full)
            throws PluginException {
        InstanceAccess instance = Need.instance(inputs);
        task.progress().step("Connecting to the provider");
        StrategyLink link = vaults.plugins().connect(Need.provider(inputs), session::pluginLeft);
        session.strategy(link);
        Settings settings = Settings.of(link.use().description().instanceSchema(), instance.settings());
        boolean heal = write.shouldReadFully();
        Optional<ChangeToken> token = heal ? Optional.empty() : write.previous().flatMap(BackupSummary::changeToken);
        task.progress().step("Preparing the instance");
        ExportRequest request = new ExportRequest(instance.description(), settings, token, session.superseded());
        ExportSession source =
                PluginLinks.with(link.strategy(), () -> link.strategy().openExport(request, task));
        session.source(source);
        Optional<FullReadReason> reason = PluginLinks.with(source, source::fullReadReason);
        reason.ifPresent(r -> task.log().info("everything is read: " + r.message() + " (" + r.code() + ")"));
        if (heal) {
            task.log().info("everything is read: parts of the previous backup are lost and are stored again");
        }
        boolean incremental = !full && write.previous().isPresent() && reason.isEmpty() && !heal;
        String code =
                heal ? "PREVIOUS_DAMAGED" : reason.map(FullReadReason::code).orElse("");
        session.describes(Passport.of(instance, Need.provider(inputs), code), incremental);
        return source;
    }

    private static void tell(RunningTask task, ExportReport report) {
        for (Problem p : report.problems()
                .subList(0, Math.min(PROBLEMS_IN_LOG, report.problems().size()))) {
            task.log().warn(p.source() + ": " + p.path() + ": " + p.message());
        }
        long more = report.stats().problems() - PROBLEMS_IN_LOG;
        if (more > 0) {
            task.log().warn(more + " further parts are missing or were changing; the backup has the list");
        }
        task.log().info(summary(report));
    }

    private static String summary(ExportReport report) {
        String text = "read " + Sizes.of(report.stats().readBytes()) + " of "
                + Sizes.of(report.stats().logicalBytes()) + ", "
                + Sizes.of(report.stats().newBytes()) + " new, "
                + Sizes.count(report.stats().files(), "file or disk", "files or disks");
        return report.partial() ? text + "; " + report.stats().problems() + " parts are missing" : text;
    }
}

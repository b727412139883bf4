package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** STORE: ships what the export seals, commits, and tells the catalogue. */
final class StoreProcedure implements Procedure {

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Staging staging;
    private final Sessions sessions;

    StoreProcedure(ControlPlane plane, VaultLinks vaults, Staging staging, Sessions sessions) {
        this.plane = plane;
        this.vaults = vaults;
        this.staging = staging;
        this.sessions = sessions;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        String workflow = task.lease().workflowId();
        String backup = task.parameter(TaskParameters.SESSION);
        Optional<BackupSession> session = sessions.find(workflow)
                .filter(s -> s.write().backup().value().equals(backup))
                .filter(s -> s.join(task));
        if (session.isEmpty()) {
            return committedBefore(task, inputs, backup);
        }
        Throwable failure = null;
        try {
            Result result = store(task, session.get());
            staging.release(Need.instance(inputs).id());
            return result;
        } catch (PluginException | RuntimeException | Error e) {
            failure = e;
            return afterFailure(task, session.get(), e);
        } finally {
            session.get().storeLeaves(failure);
            sessions.remove(workflow, session.get());
        }
    }

    private Result store(RunningTask task, BackupSession session) throws PluginException {
        task.progress().step("Shipping");
        BackupSummary summary = session.write().store(task.progress(), task.transfer());
        try {
            session.committed();
        } catch (PluginException | RuntimeException e) {
            // the backup is safe; the next export will find its own way
            task.log().warn("the provider could not be told that the backup is stored: " + e.getMessage());
        }
        task.progress().step("Recording the backup");
        Patience.report(
                task,
                () -> plane.found(
                        task.lease().key(),
                        Findings.backups(List.of(session.passport().found(summary, session.incremental(), false)))));
        Map<String, String> results =
                new HashMap<>(VaultLinks.capacity(session.vault().link(), task.transfer()));
        results.put(TaskParameters.BACKUP, summary.id().value());
        return Result.done("stored " + Sizes.of(summary.stats().storedBytes()), results)
                .withWarnings(summary.stats().problems() > 0);
    }

    private static Result afterFailure(RunningTask task, BackupSession session, Throwable e) throws PluginException {
        Throwable export = session.exportFailure();
        if (export != null && !task.stopper().isCancelled()) {
            return Result.other(End.RETURNED, "its export ended: " + export.getMessage());
        }
        if (e instanceof PluginException p
                && p.kind() == ErrorKind.CONFLICT
                && !task.stopper().isCancelled()) {
            return Result.other(End.START_OVER, "a collection took the session for dead: " + p.getMessage());
        }
        if (e instanceof PluginException p) {
            throw p;
        }
        if (e instanceof RuntimeException r) {
            throw r;
        }
        throw (Error) e;
    }

    /** There is no such session here: either its manifest arrived although nobody heard of it, or all begins again. */
    private Result committedBefore(RunningTask task, TaskInputs inputs, String backup) throws PluginException {
        if (backup.isEmpty()) {
            return Result.other(End.START_OVER, "the export of this store is not known");
        }
        try (VaultLink link = vaults.open(
                Need.destination(inputs), task.transfer(), () -> task.stopper().cancel(StopReason.PLUGIN_LEFT))) {
            Optional<BackupSummary> there = link
                    .vault()
                    .backups(Need.instance(inputs).id(), task.transfer())
                    .stream()
                    .filter(b -> b.id().value().equals(backup))
                    .findFirst();
            if (there.isEmpty()) {
                return Result.other(End.START_OVER, "the node has lost the session of this store; it starts over");
            }
            Duration immutable = Need.destination(inputs).immutableFor();
            if (!immutable.isZero()) {
                link.vault().lock(there.get().id(), immutable, task.transfer());
            }
            Passport passport = Passport.of(Need.instance(inputs), Need.provider(inputs), "");
            boolean incremental = there.get().predecessor().isPresent();
            Patience.report(
                    task,
                    () -> plane.found(
                            task.lease().key(),
                            Findings.backups(List.of(passport.found(there.get(), incremental, false)))));
            return Result.done("was stored by an earlier attempt", Map.of(TaskParameters.BACKUP, backup))
                    .withWarnings(there.get().stats().problems() > 0);
        }
    }
}

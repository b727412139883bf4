package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.vault.CollectOptions;
import io.holdfast.core.vault.CollectReport;
import io.holdfast.core.vault.Problem;
import io.holdfast.core.vault.VerifyReport;
import io.holdfast.core.vault.VerifyScope;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** VERIFY and PRUNE. */
final class MaintenanceProcedures {

    private static final int FINDINGS_IN_LOG = 50;
    private static final int DAMAGE_LENGTH = 850;
    private static final int PARTS_IN_LOG = 5;

    private final ControlPlane plane;
    private final VaultLinks vaults;
    private final Duration collectWait;

    MaintenanceProcedures(ControlPlane plane, VaultLinks vaults, Duration collectWait) {
        this.plane = plane;
        this.vaults = vaults;
        this.collectWait = collectWait;
    }

    private VaultLink open(RunningTask task, TaskInputs inputs) throws PluginException {
        return vaults.open(
                Need.destination(inputs), task.transfer(), () -> task.stopper().cancel(StopReason.PLUGIN_LEFT));
    }

    Procedure.Result verify(RunningTask task, TaskInputs inputs) throws PluginException {
        String backup = task.parameter(TaskParameters.BACKUP);
        int slice = number(task, TaskParameters.SLICE, 0);
        int slices = number(task, TaskParameters.SLICES, 1);
        boolean deep = Boolean.parseBoolean(task.parameter(TaskParameters.DEEP));
        try (VaultLink link = open(task, inputs)) {
            VerifyScope scope = new VerifyScope(
                    backup.isEmpty() ? Optional.empty() : Optional.of(Backups.id(backup)), slice, slices, deep);
            task.progress().step("Reading what was stored");
            VerifyReport report = link.vault().verify(scope, task.progress(), task.transfer());
            Map<String, Boolean> proofs = proofs(task, link, report, backup, slices);
            tellInBatches(task, proofs, damage(report, proofs));
            return verified(task, report, proofs);
        }
    }

    /** One slice proves that something is damaged, never that a backup is whole. */
    private static Map<String, Boolean> proofs(
            RunningTask task, VaultLink link, VerifyReport report, String backup, int slices) throws PluginException {
        Map<String, Boolean> proofs = new HashMap<>();
        if (!backup.isEmpty()) {
            proofs.put(backup, true);
        } else if (slices == 1) {
            for (BackupSummary b : link.vault().backups(task.transfer())) {
                proofs.put(b.id().value(), true);
            }
        }
        for (BackupHealth health : report.backups()) {
            String id = health.backup().value();
            if (!health.whole() && (backup.isEmpty() || backup.equals(id))) {
                proofs.put(id, false);
            }
        }
        return proofs;
    }

    /** What people read of a backup that is not whole. */
    private static Map<String, String> damage(VerifyReport report, Map<String, Boolean> proofs) {
        Map<String, String> damage = new HashMap<>();
        for (BackupHealth health : report.backups()) {
            String id = health.backup().value();
            if (Boolean.FALSE.equals(proofs.get(id))) {
                String text = "has lost " + health.lostChunks() + " pieces" + parts(health);
                damage.put(id, text.length() > DAMAGE_LENGTH ? text.substring(0, DAMAGE_LENGTH) + "..." : text);
            }
        }
        return damage;
    }

    private void tellInBatches(RunningTask task, Map<String, Boolean> proofs, Map<String, String> damage)
            throws PluginException {
        Map<String, Boolean> batch = new HashMap<>();
        for (Map.Entry<String, Boolean> proof : proofs.entrySet()) {
            batch.put(proof.getKey(), proof.getValue());
            if (batch.size() == Findings.BATCH) {
                tell(task, batch, damage);
                batch.clear();
            }
        }
        tell(task, batch, damage);
    }

    private void tell(RunningTask task, Map<String, Boolean> proofs, Map<String, String> damage)
            throws PluginException {
        Map<String, String> texts = new HashMap<>(damage);
        texts.keySet().retainAll(proofs.keySet());
        Findings findings = Findings.verified(proofs, texts);
        Patience.report(task, () -> plane.found(task.lease().key(), findings));
    }

    private static Procedure.Result verified(RunningTask task, VerifyReport report, Map<String, Boolean> proofs)
            throws PluginException {
        report.findings().stream().limit(FINDINGS_IN_LOG).forEach(f -> task.log()
                .warn(f.state() + " " + f.key() + ": " + f.message()));
        report.backups().stream()
                .filter(h -> Boolean.FALSE.equals(proofs.get(h.backup().value())))
                .limit(FINDINGS_IN_LOG)
                .forEach(h -> task.log().warn(lost(h)));
        long damaged = proofs.values().stream().filter(good -> !good).count();
        String read = "read " + Sizes.of(report.bytes()) + " in " + report.packs() + " packs" + parity(report);
        repairs(task, report);
        if (damaged > 0) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    damaged + " backups have lost something ("
                            + report.findings().size() + " objects, " + read
                            + "); back their instances up again, then what still exists is stored anew.");
        }
        return Procedure.Result.done(read + ", everything can be restored")
                .withWarnings(!report.findings().isEmpty());
    }

    /** What parity has done, for the result of the task. */
    private static String parity(VerifyReport report) {
        long repaired = report.count(VerifyReport.Remedy.REPAIRED);
        long repairable = report.count(VerifyReport.Remedy.REPAIRABLE);
        long hopeless = report.count(VerifyReport.Remedy.TOO_MUCH_DAMAGE);
        return (repaired > 0 ? ", " + repaired + " damaged ones repaired from parity" : "")
                + (repairable > 0 ? ", " + repairable + " can be repaired from parity once there is room" : "")
                + (hopeless > 0 ? ", " + hopeless + " too damaged for their parity" : "")
                + (report.parityAdded() > 0 ? ", parity added to " + report.parityAdded() : "");
    }

    /** Which backups needed what was repaired. */
    private static void repairs(RunningTask task, VerifyReport report) {
        if (report.count(VerifyReport.Remedy.REPAIRED) > 0) {
            report.backups().stream()
                    .filter(BackupHealth::whole)
                    .limit(FINDINGS_IN_LOG)
                    .forEach(h ->
                            task.log().info("backup " + h.backup() + " needs what was damaged, and is whole again"));
        }
    }

    private static String lost(BackupHealth health) {
        return "backup " + health.backup() + " has lost " + health.lostChunks() + " pieces" + parts(health);
    }

    private static String parts(BackupHealth health) {
        StringBuilder text = new StringBuilder();
        String separator = ": ";
        for (Problem part : health.lostParts()
                .subList(0, Math.min(PARTS_IN_LOG, health.lostParts().size()))) {
            text.append(separator).append(part.source()).append(" ").append(part.path());
            separator = ", ";
        }
        return text.toString();
    }

    Procedure.Result prune(RunningTask task, TaskInputs inputs) throws PluginException {
        boolean dryRun = Boolean.parseBoolean(task.parameter(TaskParameters.DRY_RUN));
        try (VaultLink link = open(task, inputs)) {
            Map<BackupId, Instant> locked = link.vault().locked(Backups.ids(inputs.backupIds()), task.transfer());
            Set<String> stay = locked.keySet().stream().map(BackupId::value).collect(Collectors.toSet());
            List<String> free =
                    inputs.backupIds().stream().filter(id -> !stay.contains(id)).toList();
            int forgotten = free.size();
            if (!dryRun) {
                forget(task, link, free);
            }
            task.progress().step("Freeing space");
            CollectOptions standard = CollectOptions.standard();
            CollectOptions options = new CollectOptions(dryRun, standard.wasteThreshold(), collectWait);
            // backups that run meanwhile come first: following references takes all processors for minutes
            CollectReport report = Background.run(Thread.currentThread().getName() + "-collect", () -> link.vault()
                    .collect(options, task.progress(), task.transfer()));
            Map<String, String> results = new HashMap<>(VaultLinks.capacity(link.link(), task.transfer()));
            results.put("forgotten", Integer.toString(forgotten));
            results.put("freedBytes", Long.toString(report.deletedBytes()));
            results.put("state", report.state().name());
            results.put("immutable", Integer.toString(locked.size()));
            return Procedure.Result.done(text(report, forgotten, dryRun) + immutable(report, locked), results)
                    .withWarnings(!locked.isEmpty());
        }
    }

    private void forget(RunningTask task, VaultLink link, List<String> ids) throws PluginException {
        task.progress().step("Forgetting backups");
        for (int at = 0; at < ids.size(); at += Findings.BATCH) {
            List<String> batch = new ArrayList<>(ids.subList(at, Math.min(ids.size(), at + Findings.BATCH)));
            link.vault().forget(Backups.ids(batch), task.transfer());
            Patience.report(task, () -> plane.found(task.lease().key(), Findings.forgotten(batch)));
        }
    }

    private static String text(CollectReport report, int forgotten, boolean dryRun) {
        if (dryRun) {
            return "would forget " + forgotten + " backups; without that, " + Sizes.of(report.deletedBytes())
                    + " could be freed now";
        }
        String text = "forgot " + forgotten + " backups, freed " + Sizes.of(report.deletedBytes());
        return report.state() == CollectReport.State.WAITING
                ? text + "; the rest waits for " + report.waitingFor().size()
                        + " running backups and is freed by the next prune"
                : text;
    }

    private static String immutable(CollectReport report, Map<BackupId, Instant> locked) {
        String text = locked.isEmpty()
                ? ""
                : "; " + locked.size() + " backups are immutable and stay, the last one until "
                        + Collections.max(locked.values());
        return report.lockedPacks() == 0
                ? text
                : text + "; " + Sizes.of(report.lockedBytes()) + " that nothing needs are locked and are freed later";
    }

    private static int number(RunningTask task, String name, int otherwise) {
        String text = task.parameter(name);
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}

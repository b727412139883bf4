package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what tasks find: instances, backups, proofs, keys. Every step can be repeated. What has to be seen whole before
 * anything can be said to be missing is collected in memory by lease; if a part was told to somebody else (the server
 * was started anew meanwhile), the task starts over.
 */
final class Reception {

    /** Tasks whose failure says something about the destination. */
    private static final Set<TaskType> ON_DESTINATION_ALONE =
            Set.of(TaskType.STORE, TaskType.ATTACH, TaskType.VERIFY, TaskType.PRUNE, TaskType.REBUILD);

    private static final class Collected {
        private final Map<String, InstanceDescription> instances = new HashMap<>();
        private final Set<String> backups = new HashSet<>();
    }

    private final Catalog catalog;
    private final Assets assets;
    private final RetentionView backups;
    private final Clock clock;
    private final Signals signals;
    private final Map<String, Collected> collected = new ConcurrentHashMap<>();

    Reception(Catalog catalog, Assets assets, RetentionView backups, Clock clock) {
        this.catalog = catalog;
        this.assets = assets;
        this.backups = backups;
        this.clock = clock;
        this.signals = new Signals(catalog);
    }

    /** @return whether the task's log has got something to look at */
    boolean found(Task task, Findings findings) throws PluginException {
        Collected mine = collected.computeIfAbsent(task.leaseToken(), t -> new Collected());
        for (InstanceDescription instance : findings.instances()) {
            if (task.parameters().containsKey(TaskParameters.EXTERNAL_ID)) {
                assets.instanceFound(task.providerId(), instance);
            }
            mine.instances.put(instance.externalId(), instance);
        }
        boolean signalled = record(task, findings.backups());
        findings.backups().forEach(backup -> mine.backups.add(backup.id()));
        findings.copied().forEach((backup, copy) -> copied(task, backup, copy));
        if (!findings.forgotten().isEmpty()) {
            catalog.backups().removeAll(findings.forgotten());
        }
        Instant now = clock.instant();
        findings.booted().forEach((id, boot) -> {
            catalog.backups().setScreenshot(id, boot.screenshot());
            catalog.backups().change(id, b -> booted(b, boot, now));
        });
        findings.verified().forEach((id, good) -> catalog.backups()
                .change(id, b -> verified(b, good, findings.damage().getOrDefault(id, ""), now)));
        return signalled;
    }

    /**
     * Takes in what comes with the end of a task, before the end itself is written.
     *
     * @return the outcome to be written
     */
    TaskOutcome ending(Task task, TaskOutcome outcome) throws PluginException {
        boolean finished = outcome.end() == TaskOutcome.End.FINISHED;
        if (finished && !complete(task, outcome)) {
            return startOver(outcome);
        }
        if (finished
                && task.type() == TaskType.INVENTORY
                && !task.parameters().containsKey(TaskParameters.EXTERNAL_ID)) {
            assets.inventory(task.providerId(), mine(task).instances.values());
        }
        if (finished && task.type() == TaskType.REBUILD) {
            removeGone(task);
        }
        if (finished && task.type() == TaskType.ATTACH) {
            attached(task, outcome);
        }
        if (finished && task.type() == TaskType.KEYS) {
            keys(task, outcome);
        }
        health(task, outcome);
        return outcome;
    }

    /** The lease is over. */
    void forget(String leaseToken) {
        collected.remove(leaseToken);
    }

    private Collected mine(Task task) {
        return collected.computeIfAbsent(task.leaseToken(), t -> new Collected());
    }

    private boolean complete(Task task, TaskOutcome outcome) {
        if (task.type() != TaskType.INVENTORY && task.type() != TaskType.REBUILD) {
            return true;
        }
        Collected mine = mine(task);
        int told = mine.instances.size() + mine.backups.size();
        return Integer.toString(told).equals(outcome.results().get(TaskParameters.FOUND));
    }

    private static TaskOutcome startOver(TaskOutcome o) {
        return new TaskOutcome(
                TaskOutcome.End.START_OVER,
                "",
                "starts over: the server was started anew while the task told what it found",
                false,
                Map.of(),
                Map.of(),
                o.progress(),
                List.of());
    }

    private void removeGone(Task task) {
        Set<String> there = mine(task).backups;
        Instant started = task.started() == null ? clock.instant() : task.started();
        List<String> gone = new ArrayList<>();
        for (Backup b : backups.all(task.destinationId(), null)) {
            // what was recorded while the list was read may have been committed after the listing passed by
            if (!there.contains(b.id()) && recordedBefore(b, started)) {
                gone.add(b.id());
            }
        }
        catalog.backups().removeAll(gone);
    }

    /** A copy has the time of its backup: when it was told of, its workflow was not yet through. */
    private boolean recordedBefore(Backup b, Instant started) {
        Instant recorded = b.recorded();
        if (recorded != null && !recorded.isBefore(started)) {
            return false;
        }
        return b.workflowId().isEmpty()
                || catalog.workflows()
                        .find(b.workflowId())
                        .filter(w -> w.type() == WorkflowType.COPY)
                        .map(w -> w.ended() != null && w.ended().isBefore(started))
                        .orElse(true);
    }

    private void attached(Task task, TaskOutcome outcome) throws PluginException {
        if (TaskParameters.REPLICATE.equals(task.parameters().get(TaskParameters.MODE))) {
            String replica = outcome.results().getOrDefault(TaskParameters.VAULT, "");
            assets.attached(task.destinationId(), replica, new byte[0], new byte[0]);
            return;
        }
        byte[] writer = Base64.getDecoder().decode(secret(outcome, TaskOutcome.WRITER_KEYS));
        byte[] reader = Base64.getDecoder().decode(secret(outcome, TaskOutcome.READER_KEYS));
        String vault = outcome.results().getOrDefault(TaskParameters.VAULT, "");
        String recovery = outcome.secrets().get(TaskOutcome.RECOVERY_KEY);
        if (recovery != null) {
            assets.keepRecoveryKey(task.destinationId(), vault, recovery);
        }
        assets.attached(task.destinationId(), vault, writer, reader);
    }

    private void keys(Task task, TaskOutcome outcome) throws PluginException {
        String mode = task.parameters().getOrDefault(TaskParameters.MODE, "");
        if (mode.equals(TaskParameters.ROTATE)) {
            byte[] writer = Base64.getDecoder().decode(secret(outcome, TaskOutcome.WRITER_KEYS));
            byte[] reader = Base64.getDecoder().decode(secret(outcome, TaskOutcome.READER_KEYS));
            assets.rotated(task.destinationId(), writer, reader, secret(outcome, TaskOutcome.RECOVERY_KEY));
        } else if (mode.equals(TaskParameters.DESTROY)) {
            List<String> unreadable = backups.all(task.destinationId(), null).stream()
                    .map(Backup::id)
                    .toList();
            catalog.backups().removeAll(unreadable);
            assets.destroyed(task.destinationId());
        }
    }

    private static String secret(TaskOutcome outcome, String name) throws PluginException {
        String value = outcome.secrets().get(name);
        if (value == null) {
            throw new PluginException(ErrorKind.INTERNAL, "the node attached a vault but told no " + name);
        }
        return value;
    }

    private void health(Task task, TaskOutcome o) throws PluginException {
        boolean finished = o.end() == TaskOutcome.End.FINISHED;
        boolean failed = o.end() == TaskOutcome.End.FAILED;
        Instant now = clock.instant();
        if (task.type() == TaskType.INVENTORY && (finished || failed)) {
            assets.providerHealth(task.providerId(), finished, finished ? "" : o.message(), now);
        }
        boolean told = o.results().containsKey(TaskParameters.AVAILABLE_BYTES);
        if (!task.destinationId().isEmpty()
                && (finished && told || failed && ON_DESTINATION_ALONE.contains(task.type()))) {
            long total = Long.parseLong(o.results().getOrDefault(TaskParameters.TOTAL_BYTES, "-1"));
            long available = Long.parseLong(o.results().getOrDefault(TaskParameters.AVAILABLE_BYTES, "-1"));
            assets.destinationHealth(
                    task.destinationId(), finished, finished ? "" : o.message(), total, available, now);
        }
    }

    /** Whether one is unlike those before it. */
    private boolean record(Task task, List<FoundBackup> found) {
        boolean made = task.type() == TaskType.STORE;
        Set<String> instances = new HashSet<>();
        List<Backup> told = new ArrayList<>();
        for (FoundBackup backup : found) {
            if (!made && instances.add(backup.instanceId())) {
                known(backup);
            }
            Backup fresh = row(task, backup, made ? clock.instant() : null);
            told.add(made ? compared(task, fresh) : fresh);
        }
        catalog.backups().record(told, Reception::merged);
        return told.stream().anyMatch(b -> !b.suddenChange().isEmpty());
    }

    /** A backup that is unlike those before it is marked, and its task says so. */
    private Backup compared(Task task, Backup fresh) {
        Optional<String> sudden = signals.of(fresh);
        if (sudden.isEmpty()) {
            return fresh;
        }
        TaskLogLine line = new TaskLogLine(
                0, clock.instant(), TaskLogLine.Level.WARN, "unlike the backups before it: " + sudden.get());
        catalog.workflows().appendLog(task.id(), List.of(line));
        return fresh.suddenlyChanged(sudden.get());
    }

    /**
     * The row of a copy is that of the backup, in another place and unproven: retention there sees the same history. A row that went
     * meanwhile is found by a rebuild.
     */
    private void copied(Task task, String backup, String copy) {
        Optional<Backup> row = catalog.backups().find(backup);
        if (row.isEmpty() || catalog.backups().find(copy).isPresent()) {
            return;
        }
        catalog.backups().add(row.get().copied(copy, task.destinationId(), task.workflowId()));
    }

    /** What the catalogue knows besides the destination is kept. */
    private static Backup merged(Backup old, Backup fresh) {
        return new Backup(
                old.id(),
                old.instanceId(),
                old.destinationId(),
                old.workflowId().isEmpty() ? fresh.workflowId() : old.workflowId(),
                fresh.incremental(),
                fresh.status(),
                fresh.created(),
                old.recorded() == null ? fresh.recorded() : old.recorded(),
                fresh.stats(),
                fresh.fullReadReason().isEmpty() ? old.fullReadReason() : fresh.fullReadReason(),
                fresh.message().isEmpty() ? old.message() : fresh.message(),
                old.verified(),
                fresh.verification() == Backup.Verification.DAMAGED ? fresh.verification() : old.verification(),
                old.boot(),
                fresh.sequence() > 0 ? fresh.sequence() : old.sequence(),
                fresh.suddenChange().isEmpty() ? old.suddenChange() : fresh.suddenChange());
    }

    private static Backup verified(Backup b, boolean good, String damage, Instant now) {
        String usual = problems(b.stats().problems());
        return b.verified(
                now,
                good ? Backup.Verification.GOOD : Backup.Verification.DAMAGED,
                good || damage.isEmpty() ? usual : usual.isEmpty() ? damage : usual + "; " + damage);
    }

    private static String problems(long count) {
        return count > 0 ? count + " parts are missing or were changing while they were read" : "";
    }

    private static Backup booted(Backup b, Findings.Boot boot, Instant now) {
        return b.booted(new Backup.Boot(
                now,
                boot.good(),
                boot.durationMillis(),
                boot.message(),
                boot.console(),
                boot.output(),
                boot.screenshot().length > 0));
    }

    private static Backup row(Task task, FoundBackup f, @Nullable Instant recorded) {
        Backup.Stats stats = new Backup.Stats(
                f.logicalBytes(),
                f.readBytes(),
                f.newBytes(),
                f.storedBytes(),
                f.items(),
                f.problems(),
                f.durationMillis(),
                f.incompressibleBytes());
        return new Backup(
                f.id(),
                f.instanceId(),
                task.destinationId(),
                recorded == null ? "" : task.workflowId(),
                f.incremental(),
                f.problems() > 0 ? Backup.Status.PARTIAL : Backup.Status.SUCCESS,
                f.created(),
                recorded,
                stats,
                f.fullReadReason(),
                problems(f.problems()),
                null,
                f.damaged() ? Backup.Verification.DAMAGED : Backup.Verification.NEVER,
                null,
                f.sequence(),
                "");
    }

    /** Makes instance and provider of a backup known if they are not: the destination alone must be enough. */
    private void known(FoundBackup found) {
        if (catalog.instances().find(found.instanceId()).isPresent()) {
            return;
        }
        if (catalog.providers().find(found.providerId()).isEmpty()) {
            String name = catalog.providers().findByName(found.providerName()).isEmpty()
                    ? found.providerName()
                    : found.providerName() + " (" + found.providerId() + ")";
            Health health = new Health(
                    Health.State.UNKNOWN, "found on a destination; its settings have to be entered again", null);
            catalog.providers().add(new Provider(found.providerId(), found.providerType(), name, Map.of(), health));
        }
        InstanceDescription d = found.instance();
        catalog.instances()
                .add(new Instance(
                        found.instanceId(),
                        found.providerId(),
                        d.externalId(),
                        d.name(),
                        d.kind(),
                        d.sizeBytes(),
                        d.labels(),
                        Map.of(),
                        false,
                        found.created()));
    }
}

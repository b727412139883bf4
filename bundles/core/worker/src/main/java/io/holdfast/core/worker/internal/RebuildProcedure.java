package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.BackupSummary;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.internal.VaultLinks.VaultLink;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** REBUILD: tells the catalogue of every backup on a destination. */
final class RebuildProcedure implements Procedure {

    private final ControlPlane plane;
    private final VaultLinks vaults;

    RebuildProcedure(ControlPlane plane, VaultLinks vaults) {
        this.plane = plane;
        this.vaults = vaults;
    }

    @Override
    public Result run(RunningTask task, TaskInputs inputs) throws PluginException {
        Runnable departure = () -> task.stopper().cancel(StopReason.PLUGIN_LEFT);
        try (VaultLink link = vaults.open(Need.destination(inputs), task.transfer(), departure)) {
            task.progress().step("Listing the backups");
            List<BackupSummary> backups = link.vault().backups(task.transfer());
            Set<String> damaged = new HashSet<>();
            for (BackupHealth health : link.vault().health(task.transfer())) {
                if (!health.whole()) {
                    damaged.add(health.backup().value());
                }
            }
            task.progress().expect(0, backups.size());
            Map<String, Passport> passports = new HashMap<>();
            List<FoundBackup> batch = new ArrayList<>();
            // newest last for each instance, so walking backwards meets the newest description first
            for (int i = backups.size() - 1; i >= 0; i--) {
                task.cancellation().throwIfCancelled();
                batch.add(found(task, link, backups.get(i), passports, damaged));
                task.progress().done(0, 1);
                if (batch.size() == Findings.BATCH || i == 0) {
                    List<FoundBackup> full = List.copyOf(batch);
                    Patience.report(task, () -> plane.found(task.lease().key(), Findings.backups(full)));
                    batch.clear();
                }
            }
            Map<String, String> results = new HashMap<>(VaultLinks.capacity(link.link(), task.transfer()));
            results.put(TaskParameters.FOUND, Integer.toString(backups.size()));
            return Result.done(
                    backups.size() + " backups of " + passports.size() + " instances are on the destination", results);
        }
    }

    private static FoundBackup found(
            RunningTask task,
            VaultLink link,
            BackupSummary summary,
            Map<String, Passport> passports,
            Set<String> damaged)
            throws PluginException {
        String instance = summary.instanceId()
                .orElseThrow(() -> new PluginException(
                        ErrorKind.PERMISSION, "Rebuilding the catalogue needs the vault's reader keys."));
        Passport passport = passports.get(instance);
        if (passport == null) {
            passport = passport(task, link, summary, instance);
            passports.put(instance, passport);
        }
        String id = summary.id().value();
        return passport.found(summary, summary.predecessor().isPresent(), damaged.contains(id));
    }

    /** If the description is damaged, the backup is told of all the same: its data may be good. */
    private static Passport passport(RunningTask task, VaultLink link, BackupSummary summary, String instance)
            throws PluginException {
        try (BackupReader reader = link.vault().read(summary.id(), task.transfer())) {
            byte[] document = reader.documents().get(Passport.DOCUMENT);
            if (document != null) {
                Passport read = Passport.decode(document);
                return new Passport(
                        instance, read.instance(), read.providerId(), read.providerType(), read.providerName(), "");
            }
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            task.log().warn("the description of instance " + instance + " cannot be read: " + e.getMessage());
        }
        InstanceDescription unknown = new InstanceDescription(instance, instance, "unknown", -1, Map.of());
        return new Passport(instance, unknown, "unknown", "unknown", "unknown", "");
    }
}

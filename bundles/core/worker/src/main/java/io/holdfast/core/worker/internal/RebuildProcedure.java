package io.holdfast.core.worker.internal;

import io.holdfast.core.vault.BackupHealth;
import io.holdfast.core.vault.BackupId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** REBUILD: tells the catalogue of every backup on a destination. */
final class RebuildProcedure implements Procedure {

    /** Instances whose descriptions are read at once. */
    private static final int DESCRIPTIONS = 500;

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
            Map<String, Passport> passports = passports(task, link, backups);
            task.progress().step("Telling the catalogue of the backups");
            task.progress().expect(0, backups.size());
            List<FoundBackup> batch = new ArrayList<>();
            // newest last for each instance: an instance that nobody knows is recorded as its newest backup has seen it
            for (int i = backups.size() - 1; i >= 0; i--) {
                task.cancellation().throwIfCancelled();
                batch.add(found(backups.get(i), passports, damaged));
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

    private static FoundBackup found(BackupSummary summary, Map<String, Passport> passports, Set<String> damaged)
            throws PluginException {
        Passport passport = passports.get(instance(summary));
        if (passport == null) {
            throw new PluginException(ErrorKind.INTERNAL, "Instance " + instance(summary) + " was not described.");
        }
        String id = summary.id().value();
        return passport.found(summary, summary.predecessor().isPresent(), damaged.contains(id));
    }

    private static String instance(BackupSummary summary) throws PluginException {
        return summary.instanceId()
                .orElseThrow(() -> new PluginException(
                        ErrorKind.PERMISSION, "Rebuilding the catalogue needs the vault's reader keys."));
    }

    /** The description of each instance in its newest backup. */
    private static Map<String, Passport> passports(RunningTask task, VaultLink link, List<BackupSummary> backups)
            throws PluginException {
        Map<String, BackupId> newest = new LinkedHashMap<>();
        for (BackupSummary summary : backups) {
            newest.put(instance(summary), summary.id());
        }
        Map<String, Passport> passports = new HashMap<>();
        List<Map.Entry<String, BackupId>> all = List.copyOf(newest.entrySet());
        for (int at = 0; at < all.size(); at += DESCRIPTIONS) {
            task.progress().step("Reading what " + all.size() + " instances are, " + at + " done");
            List<Map.Entry<String, BackupId>> some = all.subList(at, Math.min(all.size(), at + DESCRIPTIONS));
            List<BackupId> ids = some.stream().map(Map.Entry::getValue).toList();
            Map<BackupId, byte[]> documents = link.vault().documents(Passport.DOCUMENT, ids, task.transfer());
            for (Map.Entry<String, BackupId> instance : some) {
                passports.put(instance.getKey(), passport(task, instance.getKey(), documents.get(instance.getValue())));
            }
        }
        return passports;
    }

    /** If the description is damaged, the backups are told of all the same: their data may be good. */
    private static Passport passport(RunningTask task, String instance, byte @Nullable [] document)
            throws PluginException {
        try {
            if (document == null) {
                task.log().warn("instance " + instance + " has no description that can be read");
            } else {
                Passport read = Passport.decode(document);
                return new Passport(
                        instance, read.instance(), read.providerId(), read.providerType(), read.providerName(), "");
            }
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CORRUPT_DATA) {
                throw e;
            }
            task.log().warn("the description of instance " + instance + " cannot be read: " + e.getMessage());
        }
        InstanceDescription unknown = new InstanceDescription(instance, instance, "unknown", -1, Map.of());
        return new Passport(instance, unknown, "unknown", "unknown", "unknown", "");
    }
}

package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns a request into a workflow with its tasks, after checking that everything that it names is there. */
final class Planner {

    /** Restore choices among the secret values of a task start with this. */
    static final String CHOICE = "choice.";
    /** The entries to restore, in Base64, among the secret values of a task. */
    static final String SELECTION = "selection";

    private static final int MOST_FORGOTTEN = 1_000;
    private static final int MOST_INSTANCES = 10_000;

    private final Catalog catalog;
    private final FlowFactory flows;
    private final Assets assets;
    private final SnapshotPlanner snapshots;
    private final CopyPlanner copies;
    private final KeyPlanner keys;

    Planner(Catalog catalog, FlowFactory flows, Assets assets, SnapshotPlanner snapshots) {
        this.catalog = catalog;
        this.flows = flows;
        this.assets = assets;
        this.snapshots = snapshots;
        this.copies = new CopyPlanner(catalog, flows);
        this.keys = new KeyPlanner(catalog, flows, assets);
    }

    Flow plan(WorkflowRequest request, Submission how) throws PluginException {
        if (request instanceof WorkflowRequest.BackUp r) {
            return backUp(r, how);
        } else if (request instanceof WorkflowRequest.Restore r) {
            return restore(r, how);
        } else if (request instanceof WorkflowRequest.InstantRecovery r) {
            return booting(
                    WorkflowType.INSTANT_RECOVERY,
                    TaskType.MOUNT,
                    r.backupId(),
                    r.targetProviderId(),
                    r.settings(),
                    how);
        } else if (request instanceof WorkflowRequest.BootProof r) {
            return booting(
                    WorkflowType.BOOT_PROOF, TaskType.PROVE, r.backupId(), r.targetProviderId(), r.settings(), how);
        } else if (request instanceof WorkflowRequest.Verify r) {
            return verify(r, how);
        } else if (request instanceof WorkflowRequest.Prune r) {
            return prune(r, how);
        } else if (request instanceof WorkflowRequest.PruneInstances r) {
            return prune(r, how);
        } else if (request instanceof WorkflowRequest.Forget r) {
            return forget(r, how);
        } else if (request instanceof WorkflowRequest.Inventory r) {
            return inventory(r, how);
        } else if (request instanceof WorkflowRequest.CreateVault r) {
            return keys.create(r, attachable(r.destinationId()), how);
        } else if (request instanceof WorkflowRequest.AdoptVault r) {
            return keys.adopt(r, attachable(r.destinationId()), how);
        } else if (request instanceof WorkflowRequest.ReplicateVault r) {
            return copies.replicate(r, how);
        } else if (request instanceof WorkflowRequest.Copy r) {
            return copies.copy(r, how);
        } else if (request instanceof WorkflowRequest.AddKeySlot r) {
            return keys.addSlot(r, vault(r.destinationId()), how);
        } else if (request instanceof WorkflowRequest.RotateKeys r) {
            return keys.rotate(r, vault(r.destinationId()), how);
        } else if (request instanceof WorkflowRequest.DestroyKeys r) {
            return keys.destroy(r, vault(r.destinationId()), how);
        } else if (request instanceof WorkflowRequest.Rebuild r) {
            Destination d = vault(r.destinationId());
            FlowFactory.Draft draft = flows.draft(WorkflowType.REBUILD, how).destination(d);
            return draft.task(TaskType.REBUILD, maintenance(d)).build();
        } else if (request instanceof WorkflowRequest.Snapshot r) {
            Instance instance =
                    found("instance", r.instanceId(), catalog.instances().find(r.instanceId()));
            return snapshots.plan(instance, provider(instance.providerId()), r.order(), how);
        }
        throw new IllegalStateException("unknown request " + request.getClass());
    }

    private Flow backUp(WorkflowRequest.BackUp r, Submission how) throws PluginException {
        Instance instance =
                found("instance", r.instanceId(), catalog.instances().find(r.instanceId()));
        Destination destination = vault(r.destinationId());
        Provider provider = provider(instance.providerId());
        Map<String, String> p = new HashMap<>(Map.of(TaskParameters.INSTANCE, instance.id()));
        p.put(Names.EXCLUSIVE, "instance:" + instance.id());
        if (r.full()) {
            p.put(TaskParameters.FULL, "true");
        }
        return flows.draft(WorkflowType.BACKUP, how)
                .provider(provider)
                .instance(instance.id())
                .destination(destination)
                .task(TaskType.EXPORT, p)
                .task(TaskType.STORE, p)
                .build();
    }

    private Flow restore(WorkflowRequest.Restore r, Submission how) throws PluginException {
        Backup backup = found("backup", r.backupId(), catalog.backups().find(r.backupId()));
        Instance instance =
                found("instance", backup.instanceId(), catalog.instances().find(backup.instanceId()));
        String target = r.targetProviderId();
        Provider provider = provider(target == null ? instance.providerId() : target);
        Map<String, String> p =
                new HashMap<>(Map.of(TaskParameters.INSTANCE, instance.id(), TaskParameters.BACKUP, backup.id()));
        if (provider.id().equals(instance.providerId())) {
            p.put(Names.EXCLUSIVE, "instance:" + instance.id());
        }
        Flow flow = flows.draft(WorkflowType.RESTORE, how)
                .provider(provider)
                .instance(instance.id())
                .destination(vault(backup.destinationId()))
                .backup(backup.id())
                .task(TaskType.RESTORE, p)
                .build();
        Map<String, List<String>> secrets = choices(r.settings());
        List<String> selection = r.selection().stream()
                .map(EntryPath::toBytes)
                .map(Base64.getEncoder()::encodeToString)
                .toList();
        secrets.put(SELECTION, selection);
        assets.keepSecrets(flow.tasks().get(0).id(), secrets);
        return flow;
    }

    private static Map<String, List<String>> choices(Map<String, List<String>> settings) {
        Map<String, List<String>> secrets = new HashMap<>();
        settings.forEach((name, values) -> secrets.put(CHOICE + name, values));
        return secrets;
    }

    private Flow booting(
            WorkflowType type,
            TaskType task,
            String backupId,
            @Nullable String target,
            Map<String, List<String>> settings,
            Submission how)
            throws PluginException {
        Backup backup = found("backup", backupId, catalog.backups().find(backupId));
        Instance instance =
                found("instance", backup.instanceId(), catalog.instances().find(backup.instanceId()));
        Flow flow = flows.draft(type, how)
                .provider(provider(target == null ? instance.providerId() : target))
                .instance(instance.id())
                .destination(vault(backup.destinationId()))
                .backup(backup.id())
                .task(task, Map.of(TaskParameters.INSTANCE, instance.id(), TaskParameters.BACKUP, backup.id()))
                .build();
        assets.keepSecrets(flow.tasks().get(0).id(), choices(settings));
        return flow;
    }

    private Flow verify(WorkflowRequest.Verify r, Submission how) throws PluginException {
        if (r.slices() < 1 || r.slices() > 65_536 || r.slice() < 0 || r.slice() >= r.slices()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "There is no slice " + r.slice() + " of " + r.slices() + ".");
        }
        Destination on = vault(r.destinationId());
        // it repairs, too, and a repair must not run beside a collection: FORMAT.md 9.2
        Map<String, String> p = new HashMap<>(maintenance(on));
        p.put(TaskParameters.SLICE, Integer.toString(r.slice()));
        p.put(TaskParameters.SLICES, Integer.toString(r.slices()));
        p.put(TaskParameters.DEEP, Boolean.toString(r.deep()));
        String backupId = r.backupId();
        FlowFactory.Draft draft = flows.draft(WorkflowType.VERIFY, how).destination(on);
        if (backupId != null) {
            Backup backup = onDestination(backupId, r.destinationId());
            p.put(TaskParameters.BACKUP, backup.id());
            draft.backup(backup.id()).instance(backup.instanceId());
        }
        return draft.task(TaskType.VERIFY, p).build();
    }

    private Flow prune(WorkflowRequest.Prune r, Submission how) throws PluginException {
        Destination destination = vault(r.destinationId());
        Map<String, String> p = new HashMap<>(maintenance(destination));
        p.put(Names.RULE, RuleText.write(r.rule()));
        p.put(TaskParameters.DRY_RUN, Boolean.toString(r.dryRun()));
        FlowFactory.Draft draft = flows.draft(WorkflowType.PRUNE, how).destination(destination);
        String instanceId = r.instanceId();
        if (instanceId != null) {
            found("instance", instanceId, catalog.instances().find(instanceId));
            p.put(TaskParameters.INSTANCE, instanceId);
            draft.instance(instanceId);
        }
        return draft.task(TaskType.PRUNE, p).build();
    }

    private Flow prune(WorkflowRequest.PruneInstances r, Submission how) throws PluginException {
        if (r.instanceIds().isEmpty() || r.instanceIds().size() > MOST_INSTANCES) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Name 1 to " + MOST_INSTANCES + " instances whose backups are pruned.");
        }
        Destination destination = vault(r.destinationId());
        Map<String, String> p = new HashMap<>(maintenance(destination));
        p.put(Names.RULE, RuleText.write(r.rule()));
        p.put(Names.INSTANCES, String.join(" ", new TreeSet<>(r.instanceIds())));
        p.put(TaskParameters.DRY_RUN, "false");
        return flows.draft(WorkflowType.PRUNE, how)
                .destination(destination)
                .task(TaskType.PRUNE, p)
                .build();
    }

    private Flow forget(WorkflowRequest.Forget r, Submission how) throws PluginException {
        if (r.backupIds().isEmpty() || r.backupIds().size() > MOST_FORGOTTEN) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Name 1 to " + MOST_FORGOTTEN + " backups to be forgotten.");
        }
        Destination destination = vault(r.destinationId());
        Set<String> mounted = Mounts.backups(catalog);
        for (String id : r.backupIds()) {
            onDestination(id, destination.id());
            if (mounted.contains(id)) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "An instance runs from the backup '" + id + "'; move it to production or discard it first.");
            }
        }
        Map<String, String> p = new HashMap<>(maintenance(destination));
        p.put(Names.FORGET, String.join(" ", r.backupIds()));
        return flows.draft(WorkflowType.PRUNE, how)
                .destination(destination)
                .task(TaskType.PRUNE, p)
                .build();
    }

    private Flow inventory(WorkflowRequest.Inventory r, Submission how) throws PluginException {
        Map<String, String> p = new HashMap<>();
        String externalId = r.externalId();
        if (externalId != null) {
            p.put(TaskParameters.EXTERNAL_ID, externalId);
        } else {
            p.put(Names.EXCLUSIVE, "provider:" + r.providerId());
        }
        return flows.draft(WorkflowType.INVENTORY, how)
                .provider(provider(r.providerId()))
                .task(TaskType.INVENTORY, p)
                .build();
    }

    /** Removes what a dead task left on a provider; empty if the provider is gone, then nobody can. */
    Optional<Flow> cleanUp(Task dead, List<JournalEntry> entries) {
        String providerId = entries.get(0).providerId();
        String instance = dead.parameters().getOrDefault(TaskParameters.INSTANCE, "");
        Map<String, String> p = new HashMap<>(Map.of(Names.CLEANS, dead.id()));
        if (!instance.isEmpty()) {
            p.put(TaskParameters.INSTANCE, instance);
            p.put(Names.EXCLUSIVE, dead.parameters().getOrDefault(Names.EXCLUSIVE, "instance:" + instance));
        }
        return catalog.providers().find(providerId).map(provider -> flows.draft(
                        WorkflowType.CLEANUP, new Submission("system", 100, null, null))
                .provider(provider)
                .instance(instance)
                .task(TaskType.CLEANUP, p)
                .build());
    }

    static Map<String, String> maintenance(Destination destination) {
        return Map.of(Names.EXCLUSIVE, "destination:" + destination.id());
    }

    private Destination attachable(String id) throws PluginException {
        return found("destination", id, catalog.destinations().find(id));
    }

    private Destination vault(String id) throws PluginException {
        Destination d = found("destination", id, catalog.destinations().find(id));
        if (d.vaultId().isEmpty()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "The destination '" + d.name() + "' has no vault yet; create one on it, or adopt the one there.");
        }
        return d;
    }

    private Provider provider(String id) throws PluginException {
        return found("provider", id, catalog.providers().find(id));
    }

    private Backup onDestination(String backupId, String destinationId) throws PluginException {
        Backup backup = found("backup", backupId, catalog.backups().find(backupId));
        if (!backup.destinationId().equals(destinationId)) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "The backup '" + backupId + "' is not on the destination " + destinationId + ".");
        }
        return backup;
    }

    private static <T> T found(String what, String id, Optional<T> item) throws PluginException {
        return item.orElseThrow(() -> new PluginException(
                ErrorKind.NOT_FOUND, "There is no " + what + " '" + printable(id) + "'; it may have been removed."));
    }

    private static String printable(String id) {
        String shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}

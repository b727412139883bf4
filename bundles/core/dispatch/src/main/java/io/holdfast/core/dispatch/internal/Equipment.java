package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.worker.BackupAccess;
import io.holdfast.core.worker.DestinationAccess;
import io.holdfast.core.worker.InstanceAccess;
import io.holdfast.core.worker.OpenSideEffect;
import io.holdfast.core.worker.ProviderAccess;
import io.holdfast.core.worker.SnapshotAccess;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Equips a leased task with what it needs, and with no secret beyond that. */
final class Equipment {

    private final Catalog catalog;
    private final Assets assets;
    private final RetentionView retention;
    private final SnapshotRetention snapshots;

    Equipment(Catalog catalog, Assets assets, RetentionView retention, SnapshotRetention snapshots) {
        this.catalog = catalog;
        this.assets = assets;
        this.retention = retention;
        this.snapshots = snapshots;
    }

    TaskInputs of(Task task) throws PluginException {
        return switch (task.type()) {
            case INVENTORY -> inputs(provider(task), null, null);
            case EXPORT -> inputs(provider(task), instance(task), destination(task, Assets.Keys.WRITER));
            case STORE ->
                inputs(nameOnly(provider(task)), nameOnly(instance(task)), destination(task, Assets.Keys.WRITER));
            case RESTORE, PROVE -> restore(task, List.of());
            case MOUNT -> restore(task, sideEffects(task.id()));
            case VERIFY -> verify(task);
            case PRUNE ->
                new TaskInputs(
                        null,
                        null,
                        destination(task, Assets.Keys.WRITER),
                        Map.of(),
                        List.of(),
                        toForget(task),
                        List.of(),
                        Map.of());
            case ATTACH -> attach(task);
            case KEYS -> keys(task);
            case REBUILD -> inputs(null, null, destination(task, Assets.Keys.READER));
            case CLEANUP -> cleanUp(task);
            case SNAPSHOT -> inputs(provider(task), instance(task), null);
            case COPY -> copy(task);
        };
    }

    BackupAccess readAccess(String backupId, String applianceId) throws PluginException {
        Backup backup = catalog.backups()
                .find(backupId)
                .orElseThrow(() -> new PluginException(
                        ErrorKind.NOT_FOUND, "There is no backup '" + backupId + "'; it may have been forgotten."));
        return new BackupAccess(backupId, assets.destination(backup.destinationId(), Assets.Keys.READER), applianceId);
    }

    SnapshotAccess snapshotAccess(String instanceId, String applianceId) throws PluginException {
        Instance instance = catalog.instances()
                .find(instanceId)
                .orElseThrow(() -> new PluginException(
                        ErrorKind.NOT_FOUND, "There is no instance '" + instanceId + "'; it may have been removed."));
        return new SnapshotAccess(assets.provider(instance.providerId()), assets.instance(instance.id()), applianceId);
    }

    /** Decided when the task asks, not when it was submitted, as that of backups is. */
    List<String> expiredSnapshots(Task task, List<SnapshotInfo> ours) {
        String instance = task.parameters().getOrDefault(TaskParameters.INSTANCE, "");
        String rule = task.parameters().getOrDefault(Names.RULE, "");
        return snapshots.decide(instance, ours, RuleText.read(rule)).stream()
                .filter(d -> !d.keep())
                .map(d -> d.backup().id())
                .toList();
    }

    private ProviderAccess provider(Task task) throws PluginException {
        return assets.provider(task.providerId());
    }

    private InstanceAccess instance(Task task) throws PluginException {
        return assets.instance(task.parameters().getOrDefault(TaskParameters.INSTANCE, ""));
    }

    private DestinationAccess destination(Task task, Assets.Keys keys) throws PluginException {
        return assets.destination(task.destinationId(), keys);
    }

    private static ProviderAccess nameOnly(ProviderAccess p) {
        return new ProviderAccess(p.id(), p.type(), p.name(), Map.of());
    }

    private static InstanceAccess nameOnly(InstanceAccess i) {
        return new InstanceAccess(i.id(), i.description(), Map.of());
    }

    private TaskInputs restore(Task task, List<OpenSideEffect> earlier) throws PluginException {
        Map<String, List<String>> choices = new HashMap<>();
        Map<String, List<String>> kept = assets.secrets(task.id());
        kept.forEach((name, values) -> {
            if (name.startsWith(Planner.CHOICE)) {
                choices.put(name.substring(Planner.CHOICE.length()), values);
            }
        });
        List<byte[]> selection = kept.getOrDefault(Planner.SELECTION, List.of()).stream()
                .map(Base64.getDecoder()::decode)
                .toList();
        return new TaskInputs(
                provider(task),
                instance(task),
                destination(task, Assets.Keys.READER),
                choices,
                selection,
                List.of(),
                earlier,
                Map.of());
    }

    private TaskInputs verify(Task task) throws PluginException {
        boolean deep = Boolean.parseBoolean(task.parameters().get(TaskParameters.DEEP));
        return inputs(null, null, destination(task, deep ? Assets.Keys.READER : Assets.Keys.WRITER));
    }

    /** The rule is asked when the task starts, not when it was submitted: backups may have come and gone. */
    private List<String> toForget(Task task) {
        Set<String> mounted = Mounts.backups(catalog);
        String chosen = task.parameters().get(Names.FORGET);
        if (chosen != null) {
            return Arrays.stream(chosen.split(" "))
                    .filter(id -> !mounted.contains(id))
                    .toList();
        }
        String instance = task.parameters().get(TaskParameters.INSTANCE);
        String several = task.parameters().get(Names.INSTANCES);
        Set<String> only = several == null ? Set.of() : Set.of(several.split(" "));
        String rule = task.parameters().getOrDefault(Names.RULE, "");
        return retention.decide(task.destinationId(), instance, RuleText.read(rule)).stream()
                .filter(d -> !d.keep())
                .map(RetentionDecision::backup)
                .filter(b -> several == null || only.contains(b.instanceId()))
                .map(b -> b.id())
                .filter(id -> !mounted.contains(id))
                .toList();
    }

    /** Between a vault and its replicas backups stay sealed; only what is written with other keys has to be read. */
    private TaskInputs copy(Task task) throws PluginException {
        String from = task.parameters().getOrDefault(TaskParameters.FROM, "");
        DestinationAccess to = destination(task, Assets.Keys.WRITER);
        DestinationAccess first = assets.destination(from, Assets.Keys.WRITER);
        if (!first.vaultId().equals(to.vaultId())) {
            first = assets.destination(from, Assets.Keys.READER);
        }
        return new TaskInputs(
                null,
                null,
                to,
                Map.of(),
                List.of(),
                CopyPlanner.chosen(task.parameters(), retention.all(from, null)),
                List.of(),
                Map.of(),
                first);
    }

    private TaskInputs attach(Task task) throws PluginException {
        String from = task.parameters().get(TaskParameters.FROM);
        Map<String, String> secrets = new HashMap<>();
        assets.secrets(task.id()).forEach((name, values) -> secrets.put(name, values.get(0)));
        return new TaskInputs(
                null,
                null,
                destination(task, Assets.Keys.NONE),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                secrets,
                from == null ? null : assets.destination(from, Assets.Keys.WRITER));
    }

    /** Keys that were destroyed are destroyed again without them; the recovery key is the one that is known unless another is given. */
    private TaskInputs keys(Task task) throws PluginException {
        String mode = task.parameters().getOrDefault(TaskParameters.MODE, "");
        Map<String, String> secrets = new HashMap<>();
        assets.secrets(task.id()).forEach((name, values) -> secrets.put(name, values.get(0)));
        String destination = task.destinationId();
        if (mode.equals(TaskParameters.ROTATE)) {
            assets.recoveryKey(destination).ifPresent(key -> secrets.putIfAbsent(TaskInputs.RECOVERY_KEY, key));
        }
        boolean destroyed = mode.equals(TaskParameters.DESTROY) && !assets.hasKeys(destination);
        DestinationAccess access = destination(task, destroyed ? Assets.Keys.NONE : Assets.Keys.READER);
        return new TaskInputs(null, null, access, Map.of(), List.of(), List.of(), List.of(), secrets);
    }

    private TaskInputs cleanUp(Task task) throws PluginException {
        String dead = task.parameters().getOrDefault(Names.CLEANS, "");
        return new TaskInputs(provider(task), null, null, Map.of(), List.of(), List.of(), sideEffects(dead), Map.of());
    }

    private List<OpenSideEffect> sideEffects(String taskId) {
        return catalog.journal().ofTask(taskId).stream()
                .map(e -> new OpenSideEffect(e.id(), e.kind(), e.details()))
                .toList();
    }

    private static TaskInputs inputs(
            @Nullable ProviderAccess provider,
            @Nullable InstanceAccess instance,
            @Nullable DestinationAccess destination) {
        return new TaskInputs(provider, instance, destination, Map.of(), List.of(), List.of(), List.of(), Map.of());
    }
}

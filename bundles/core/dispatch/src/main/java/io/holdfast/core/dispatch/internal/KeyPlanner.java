package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plans what has to do with the keys of a vault. What is secret lies sealed beside the task as long as that lives. */
final class KeyPlanner {

    private final Catalog catalog;
    private final FlowFactory flows;
    private final Assets assets;

    KeyPlanner(Catalog catalog, FlowFactory flows, Assets assets) {
        this.catalog = catalog;
        this.flows = flows;
        this.assets = assets;
    }

    Flow create(WorkflowRequest.CreateVault r, Destination d, Submission how) throws PluginException {
        if (!d.vaultId().isEmpty()) {
            throw new PluginException(
                    ErrorKind.CONFLICT, "The destination '" + d.name() + "' has a vault already; use that one.");
        }
        Map<String, List<String>> secrets = new HashMap<>();
        put(secrets, TaskInputs.PASSPHRASE, r.passphrase());
        return flow(
                WorkflowType.ATTACH,
                TaskType.ATTACH,
                d,
                how,
                Map.of(TaskParameters.MODE, TaskParameters.CREATE),
                secrets);
    }

    Flow adopt(WorkflowRequest.AdoptVault r, Destination d, Submission how) throws PluginException {
        long ways = Stream.of(
                        r.recoveryKey() != null,
                        r.passphrase() != null,
                        !r.shares().isEmpty())
                .filter(given -> given)
                .count();
        if (ways != 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "To adopt a vault give either its recovery key, or its passphrase, or recovery shares.");
        }
        Map<String, List<String>> secrets = new HashMap<>();
        put(secrets, TaskInputs.RECOVERY_KEY, r.recoveryKey());
        put(secrets, TaskInputs.PASSPHRASE, r.passphrase());
        put(secrets, TaskInputs.SHARES, lines(r.shares()));
        return flow(
                WorkflowType.ATTACH,
                TaskType.ATTACH,
                d,
                how,
                Map.of(TaskParameters.MODE, TaskParameters.ADOPT),
                secrets);
    }

    Flow addSlot(WorkflowRequest.AddKeySlot r, Destination d, Submission how) throws PluginException {
        Map<String, List<String>> secrets = new HashMap<>();
        put(secrets, TaskInputs.SLOT, Base64.getEncoder().encodeToString(r.slot()));
        return keys(d, how, Map.of(TaskParameters.MODE, TaskParameters.ADD_SLOT), secrets);
    }

    Flow rotate(WorkflowRequest.RotateKeys r, Destination d, Submission how) throws PluginException {
        if (r.recoveryKey() != null && r.newRecoveryKey() != null) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "Give the present recovery key, or ask for a new one, not both.");
        }
        Map<String, List<String>> secrets = new HashMap<>();
        put(secrets, TaskInputs.RECOVERY_KEY, r.recoveryKey());
        put(secrets, TaskInputs.NEW_RECOVERY_KEY, r.newRecoveryKey());
        put(secrets, TaskInputs.PASSPHRASE, r.passphrase());
        put(secrets, TaskInputs.SHARES, lines(r.shares()));
        Map<String, String> p = Map.of(
                TaskParameters.MODE,
                TaskParameters.ROTATE,
                TaskParameters.WITHOUT_PASSPHRASE,
                Boolean.toString(r.withoutPassphrase()),
                TaskParameters.WITHOUT_SHARES,
                Boolean.toString(r.withoutShares()));
        return keys(d, how, p, secrets);
    }

    Flow destroy(WorkflowRequest.DestroyKeys r, Destination d, Submission how) throws PluginException {
        if (!r.confirmation().equals(d.name())) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "To destroy the keys of the vault on '" + d.name()
                            + "' its name has to be typed again, exactly; nothing was done.");
        }
        Set<String> mounted = Mounts.backups(catalog);
        for (String backup : mounted) {
            if (catalog.backups()
                    .find(backup)
                    .filter(b -> b.destinationId().equals(d.id()))
                    .isPresent()) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "An instance runs from the backup '" + backup
                                + "'; move it to production or discard it first.");
            }
        }
        return keys(d, how, Map.of(TaskParameters.MODE, TaskParameters.DESTROY), Map.of());
    }

    private Flow keys(Destination d, Submission how, Map<String, String> parameters, Map<String, List<String>> secrets)
            throws PluginException {
        return flow(WorkflowType.KEYS, TaskType.KEYS, d, how, parameters, secrets);
    }

    private Flow flow(
            WorkflowType type,
            TaskType task,
            Destination d,
            Submission how,
            Map<String, String> parameters,
            Map<String, List<String>> secrets)
            throws PluginException {
        Map<String, String> p = new HashMap<>(Planner.maintenance(d));
        p.putAll(parameters);
        Flow flow = flows.draft(type, how).destination(d).task(task, p).build();
        if (!secrets.isEmpty()) {
            assets.keepSecrets(flow.tasks().get(0).id(), secrets);
        }
        return flow;
    }

    private static void put(Map<String, List<String>> secrets, String name, @Nullable String value) {
        if (value != null) {
            secrets.put(name, List.of(value));
        }
    }

    private static @Nullable String lines(List<String> shares) {
        return shares.isEmpty() ? null : String.join("\n", shares);
    }
}

package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Plans what goes to a second destination, and says which backups those are when it starts. */
final class CopyPlanner {

    private static final int MOST_BACKUPS = 1_000;
    private static final int MOST_INSTANCES = 10_000;

    private final Catalog catalog;
    private final FlowFactory flows;

    CopyPlanner(Catalog catalog, FlowFactory flows) {
        this.catalog = catalog;
        this.flows = flows;
    }

    Flow replicate(WorkflowRequest.ReplicateVault r, Submission how) throws PluginException {
        Destination target =
                found("destination", r.destinationId(), catalog.destinations().find(r.destinationId()));
        Destination first = vault(r.ofDestinationId());
        if (!target.vaultId().isEmpty() && !target.vaultId().equals(first.vaultId())) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "The destination '" + target.name() + "' has a vault of its own already; choose an empty place.");
        }
        different(first, target);
        Map<String, String> p = Map.of(
                Names.EXCLUSIVE,
                "destination:" + target.id(),
                TaskParameters.MODE,
                TaskParameters.REPLICATE,
                TaskParameters.FROM,
                first.id());
        return flows.draft(WorkflowType.ATTACH, how)
                .destination(target)
                .task(TaskType.ATTACH, p)
                .build();
    }

    Flow copy(WorkflowRequest.Copy r, Submission how) throws PluginException {
        Destination from = vault(r.fromDestinationId());
        Destination to = vault(r.toDestinationId());
        different(from, to);
        Map<String, String> p = new HashMap<>();
        p.put(Names.EXCLUSIVE, "target of copies:" + to.id());
        p.put(TaskParameters.FROM, from.id());
        p.put(Names.LATEST, Integer.toString(r.latest()));
        FlowFactory.Draft draft = flows.draft(WorkflowType.COPY, how).destination(to);
        choose(r, from, p, draft);
        return draft.task(TaskType.COPY, p).build();
    }

    private void choose(WorkflowRequest.Copy r, Destination from, Map<String, String> p, FlowFactory.Draft draft)
            throws PluginException {
        if (r.latest() < 0
                || r.backupIds().size() > MOST_BACKUPS
                || r.instanceIds().size() > MOST_INSTANCES) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "Copy at most " + MOST_BACKUPS + " named backups, or backups of " + MOST_INSTANCES
                            + " instances, at once; the number of newest ones must not be negative.");
        }
        for (String id : r.backupIds()) {
            Backup backup = found("backup", id, catalog.backups().find(id));
            if (!backup.destinationId().equals(from.id())) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND, "The backup '" + id + "' is not on the destination " + from.id() + ".");
            }
        }
        for (String id : r.instanceIds()) {
            found("instance", id, catalog.instances().find(id));
        }
        if (!r.backupIds().isEmpty()) {
            p.put(Names.COPIES, String.join(" ", r.backupIds()));
        }
        if (r.instanceIds().size() == 1) {
            draft.instance(r.instanceIds().iterator().next());
        }
        if (!r.instanceIds().isEmpty()) {
            p.put(Names.INSTANCES, String.join(" ", new TreeSet<>(r.instanceIds())));
        }
    }

    private static void different(Destination one, Destination other) throws PluginException {
        if (one.id().equals(other.id())) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "A destination cannot be a copy of itself.");
        }
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

    private static <T> T found(String what, String id, Optional<T> item) throws PluginException {
        return item.orElseThrow(() -> new PluginException(
                ErrorKind.NOT_FOUND,
                "There is no such " + what + "; it may have been removed. Its id was given as "
                        + id.replaceAll("[^A-Za-z0-9._-]", "?").substring(0, Math.min(100, id.length())) + "."));
    }

    /**
     * The backups that a task copies, oldest first, since later ones share with them. Asked when it starts: backups may have come and gone.
     *
     * @param there all backups where they are copied from
     */
    static List<String> chosen(Map<String, String> parameters, List<Backup> there) {
        Set<String> named = words(parameters.get(Names.COPIES));
        Set<String> instances = words(parameters.get(Names.INSTANCES));
        int latest = Integer.parseInt(parameters.getOrDefault(Names.LATEST, "0"));
        Map<String, Integer> taken = new HashMap<>();
        List<Backup> chosen = there.stream()
                .filter(b -> named.isEmpty() || named.contains(b.id()))
                .filter(b -> instances.isEmpty() || instances.contains(b.instanceId()))
                .sorted(Comparator.comparing(Backup::created)
                        .thenComparing(Backup::id)
                        .reversed())
                .filter(b -> taken.merge(b.instanceId(), 1, Integer::sum) <= latest || latest == 0)
                .toList();
        return chosen.stream()
                .sorted(Comparator.comparing(Backup::created).thenComparing(Backup::id))
                .map(Backup::id)
                .toList();
    }

    private static Set<String> words(@org.jspecify.annotations.Nullable String text) {
        return text == null || text.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(text.split(" ")));
    }
}

package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.vault.BackupId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the commands need of an appliance, in the words of the person who types them. */
final class Appliance {

    private static final String FILE_SYSTEM = "filesystem";
    private static final int PAGE = 1000;

    private final ApplianceClient client;
    private final WorkflowWatch watch;

    Appliance(ApplianceClient client, Terminal terminal) {
        this.client = client;
        this.watch = new WorkflowWatch(client, terminal);
    }

    JsonNode health() {
        return client.get("health");
    }

    /** The provider that stands for the files of the appliance's own node; made when it is first needed. */
    JsonNode ownFiles() {
        return find("providers", p -> p.path("type").asText().equals(FILE_SYSTEM))
                .orElseGet(() -> {
                    ObjectNode body = ApplianceClient.object();
                    body.put("type", FILE_SYSTEM).put("name", "files of this node");
                    body.putObject("settings");
                    return client.post("providers", body);
                });
    }

    /** The destination of that name. */
    Optional<JsonNode> destination(String name) {
        return find("destinations", d -> d.path("name").asText().equals(name));
    }

    /** All destinations. */
    List<JsonNode> destinations() {
        return all("destinations");
    }

    /** The file-system destination of that name, with a vault on it; made in that directory when it is not there yet. */
    JsonNode destinationIn(String name, Path directory) {
        Optional<JsonNode> known = destination(name);
        if (known.isPresent()) {
            return withVault(known.get());
        }
        JsonNode answer = client.post("destinations", fileSystem(name, directory));
        watch.await(answer.path("workflow"), "preparing the vault");
        return answer.path("destination");
    }

    /** A file-system destination of that name in that directory, with a replica of the vault of another destination. */
    JsonNode replicaIn(String name, Path directory, JsonNode first) {
        ObjectNode body = fileSystem(name, directory);
        body.putObject("attach")
                .put("mode", "REPLICA")
                .put("replicaOf", first.path("id").asText());
        JsonNode answer = client.post("destinations", body);
        watch.await(answer.path("workflow"), "preparing the replica");
        return answer.path("destination");
    }

    private static ObjectNode fileSystem(String name, Path directory) {
        ObjectNode body = ApplianceClient.object();
        body.put("type", FILE_SYSTEM).put("name", name);
        ObjectNode settings = body.putObject("settings");
        settings.putArray("paths").add(directory.toString());
        settings.put("createDirectory", "true");
        return body;
    }

    /** Copies backups of a destination to another one and waits; gives the workflow. */
    JsonNode copy(JsonNode from, ObjectNode body) {
        String path = "destinations/" + from.path("id").asText() + "/copy";
        return watch.await(client.post(path, body), "copy");
    }

    /** Prepares the vault if that failed when the destination was added. */
    private JsonNode withVault(JsonNode destination) {
        if (destination.path("vaultId").asText("").isEmpty()) {
            String path = "destinations/" + destination.path("id").asText() + "/attach";
            watch.await(client.post(path, ApplianceClient.object().put("mode", "CREATE")), "preparing the vault");
        }
        return destination;
    }

    /** The instance that stands for a directory; made when it is first needed. */
    JsonNode directory(Path path) {
        String provider = ownFiles().path("id").asText();
        Optional<JsonNode> known = instance(provider, path);
        if (known.isPresent()) {
            return known.get();
        }
        ObjectNode body = ApplianceClient.object();
        body.put("externalId", path.toString());
        watch.await(client.post("providers/" + provider + "/inventory", body), "looking at " + path);
        return instance(provider, path)
                .orElseThrow(() -> new CommandException(
                        ExitCode.FAILED, "the appliance looked at " + path + " but did not list it afterwards"));
    }

    private Optional<JsonNode> instance(String provider, Path path) {
        return all("instances?provider=" + provider).stream()
                .filter(i -> i.path("externalId").asText().equals(path.toString()))
                .findFirst();
    }

    /** Backs an instance up and waits; gives the backup. */
    JsonNode backup(JsonNode instance, JsonNode destination) {
        ObjectNode body = ApplianceClient.object();
        body.put("destinationId", destination.path("id").asText()).put("mode", "AUTO");
        String path = "instances/" + instance.path("id").asText() + "/backups";
        JsonNode workflow = watch.await(
                client.post(path, body), "backup of " + instance.path("name").asText());
        return client.get("backups/" + workflow.path("backupId").asText());
    }

    /**
     * Reads everything on a destination again and waits.
     *
     * @param deep whether content is decrypted and compared too
     */
    JsonNode verifyDestination(JsonNode destination, boolean deep) {
        String path = "destinations/" + destination.path("id").asText() + "/verify";
        return watch.await(client.post(path, ApplianceClient.object().put("deep", deep)), "verify");
    }

    /** The backups on a destination that are known to be damaged. */
    JsonNode damage(String destinationId) {
        return client.get("destinations/" + destinationId + "/damage").path("items");
    }

    /** Proves a backup and waits. */
    JsonNode verify(JsonNode backup, boolean deep) {
        String path = "backups/" + backup.path("id").asText() + "/verify";
        return watch.await(client.post(path, ApplianceClient.object().put("deep", deep)), "verify");
    }

    /** Proves a backup and waits. */
    JsonNode verify(JsonNode backup) {
        String path = "backups/" + backup.path("id").asText() + "/verify";
        return watch.await(client.post(path, ApplianceClient.object().put("deep", true)), "verify");
    }

    /** Restores a backup, or parts of it, into a directory and waits; gives the workflow. */
    JsonNode restore(JsonNode backup, Path target, String overwrite, List<String> selection) {
        ObjectNode body = ApplianceClient.object();
        body.putObject("settings").put("target", target.toString()).put("overwrite", overwrite);
        ArrayNode chosen = body.putArray("selection");
        selection.forEach(chosen::add);
        String path = "backups/" + backup.path("id").asText() + "/restore";
        return watch.await(client.post(path, body), "restore to " + target);
    }

    /** All instances. */
    List<JsonNode> instances() {
        return all("instances");
    }

    /** All backups, newest first. */
    List<JsonNode> backups() {
        return all("backups");
    }

    /** The backup as it is now. */
    JsonNode backup(String id) {
        return client.get("backups/" + id);
    }

    /** Boots an instance from a backup in isolation and waits; gives the workflow. */
    JsonNode bootProof(JsonNode backup, ObjectNode body) {
        String path = "backups/" + backup.path("id").asText() + "/boot-proof";
        return watch.await(client.post(path, body), "boot proof");
    }

    /** The picture that the last boot proof took. */
    byte[] screenshot(JsonNode backup) {
        return client.bytes("backups/" + backup.path("id").asText() + "/proof/screenshot");
    }

    /** Runs an instance straight from a backup; gives the workflow. */
    JsonNode instantRecovery(JsonNode backup, ObjectNode body) {
        return client.post("backups/" + backup.path("id").asText() + "/instant-recovery", body);
    }

    /** Waits until a task of a workflow has come so far, or the workflow has ended. */
    JsonNode awaitTask(JsonNode workflow, String what, Predicate<JsonNode> wanted) {
        return watch.awaitTask(workflow, what, wanted);
    }

    /** The instant recoveries that have not ended, with their tasks. */
    List<JsonNode> instantRecoveries() {
        return all("workflows?state=QUEUED,RUNNING&type=INSTANT_RECOVERY").stream()
                .map(w -> client.get("workflows/" + w.path("id").asText()))
                .toList();
    }

    /** Ends an instant recovery; gives the workflow, which goes on until it is done. */
    JsonNode endInstantRecovery(JsonNode workflow, boolean move) {
        return client.post(
                "workflows/" + workflow.path("id").asText() + "/end",
                ApplianceClient.object().put("mode", move ? "MOVE" : "DISCARD"));
    }

    /** Waits for the end of a workflow; gives it. */
    JsonNode await(JsonNode workflow, String what) {
        return watch.await(workflow, what);
    }

    /** One instance by its id, the unique start of it, its name or what its provider calls it. */
    JsonNode instanceCalled(String reference) {
        return one(
                "instance",
                reference,
                instances().stream()
                        .filter(i -> i.path("id").asText().startsWith(reference)
                                || i.path("name").asText().equals(reference)
                                || i.path("externalId").asText().equals(reference))
                        .toList());
    }

    /** The provider of that name or id. */
    JsonNode providerCalled(String reference) {
        return one(
                "provider",
                reference,
                all("providers").stream()
                        .filter(p -> p.path("id").asText().equals(reference)
                                || p.path("name").asText().equals(reference))
                        .toList());
    }

    /** The snapshots of an instance that are kept on its provider. */
    List<JsonNode> snapshots(JsonNode instance) {
        List<JsonNode> items = new ArrayList<>();
        client.get(snapshotsOf(instance)).path("items").forEach(items::add);
        return items;
    }

    /** One snapshot of an instance by its id, the unique start of it, or its name. */
    JsonNode snapshotCalled(JsonNode instance, String reference) {
        return one(
                "snapshot",
                reference,
                snapshots(instance).stream()
                        .filter(s -> s.path("id").asText().startsWith(reference)
                                || s.path("name").asText().equals(reference))
                        .toList());
    }

    /** Takes a snapshot and waits; gives the workflow. */
    JsonNode takeSnapshot(JsonNode instance, ObjectNode body) {
        return watch.await(client.post(snapshotsOf(instance), body), "snapshot");
    }

    /** Takes an instance back to a snapshot and waits; gives the workflow. */
    JsonNode revert(JsonNode instance, JsonNode snapshot) {
        ObjectNode body = ApplianceClient.object().put("confirm", true);
        body.set("snapshotId", snapshot.path("id"));
        return watch.await(client.post(snapshotsOf(instance) + "/revert", body), "reverting");
    }

    /** Deletes a snapshot and waits; gives the workflow. */
    JsonNode deleteSnapshot(JsonNode instance, JsonNode snapshot) {
        String query = "?snapshot=" + ApplianceClient.encode(snapshot.path("id").asText());
        return watch.await(client.delete(snapshotsOf(instance) + query), "deleting the snapshot");
    }

    private static String snapshotsOf(JsonNode instance) {
        return "instances/" + instance.path("id").asText() + "/snapshots";
    }

    private static JsonNode one(String noun, String reference, List<JsonNode> found) {
        if (found.size() != 1) {
            throw new CommandException(
                    ExitCode.FAILED,
                    (found.isEmpty() ? "there is no " + noun : "there is more than one " + noun) + " '" + reference
                            + "'");
        }
        return found.get(0);
    }

    /** One backup by its id or the unique start of it, or the newest one for {@code latest}. */
    JsonNode backupCalled(String reference) {
        List<JsonNode> backups = backups();
        if (reference.equals("latest")) {
            return newest(backups);
        }
        List<JsonNode> found = backups.stream()
                .filter(b -> b.path("id").asText().startsWith(reference))
                .toList();
        if (found.size() != 1) {
            throw new CommandException(
                    ExitCode.FAILED,
                    (found.isEmpty() ? "no backup" : "more than one backup") + " has an id that starts with '"
                            + reference + "'; 'holdfast list' shows them");
        }
        return found.get(0);
    }

    /**
     * Of the newest backup the place where it was made: its copies have the same times and the same session in the id. What made it came
     * before what copied it; where that is not known, the destination before its replica. Ids order by time.
     */
    private static JsonNode newest(List<JsonNode> backups) {
        JsonNode first = backups.stream()
                .findFirst()
                .orElseThrow(() -> new CommandException(ExitCode.FAILED, "there is no backup yet"));
        List<JsonNode> same = backups.stream().filter(b -> sameBackup(b, first)).toList();
        String by = same.stream().allMatch(b -> b.hasNonNull("workflowId")) ? "workflowId" : "destinationId";
        return same.stream().min(Comparator.comparing(b -> b.path(by).asText())).orElse(first);
    }

    private static boolean sameBackup(JsonNode one, JsonNode other) {
        return session(one).equals(session(other));
    }

    private static String session(JsonNode backup) {
        return BackupId.common(backup.path("id").asText());
    }

    /** What is missing or inconsistent in a partial backup. */
    List<JsonNode> problems(JsonNode backup) {
        return all("backups/" + backup.path("id").asText() + "/problems");
    }

    private Optional<JsonNode> find(String path, Predicate<JsonNode> wanted) {
        return all(path).stream().filter(wanted).findFirst();
    }

    private List<JsonNode> all(String path) {
        List<JsonNode> items = new ArrayList<>();
        String separator = path.contains("?") ? "&" : "?";
        while (true) {
            JsonNode page = client.get(path + separator + "offset=" + items.size() + "&limit=" + PAGE);
            page.path("items").forEach(items::add);
            if (page.path("items").isEmpty()
                    || items.size() >= page.path("total").asLong()) {
                return items;
            }
        }
    }
}

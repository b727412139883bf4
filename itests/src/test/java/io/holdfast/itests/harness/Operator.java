package io.holdfast.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** An administrator who works through the REST interface: each method is what one would do by hand, and waits for it. */
public final class Operator {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(40);

    private final Rest rest;

    Operator(Rest rest) {
        this.rest = rest;
    }

    /** The interface underneath. */
    public Rest rest() {
        return rest;
    }

    /** The provider that stands for the files of this machine; made when it is first needed. */
    public String files() {
        return rest.all("providers").stream()
                .filter(p -> p.path("type").asText().equals("filesystem"))
                .map(p -> p.path("id").asText())
                .findFirst()
                .orElseGet(() -> provider("filesystem", "files", Map.of()));
    }

    /** Adds a provider; gives its id. */
    public String provider(String type, String name, Map<String, String> settings) {
        ObjectNode body = Rest.object().put("type", type).put("name", name);
        ObjectNode values = body.putObject("settings");
        settings.forEach(values::put);
        return rest.post("providers", body).expect(201).json().path("id").asText();
    }

    /** Waits until a strategy is there, after its bundle was dropped in. */
    public void awaitStrategy(String type) {
        Awaitility.await("strategy " + type).atMost(PATIENCE).until(() -> strategies()
                .contains(type));
    }

    /** The strategies that are there now. */
    public List<String> strategies() {
        List<String> ids = new ArrayList<>();
        rest.get("plugins")
                .expect(200)
                .json()
                .path("strategies")
                .forEach(s -> ids.add(s.path("id").asText()));
        return ids;
    }

    /** What is asked for when a destination is added that keeps its objects in a directory. */
    public static ObjectNode destinationBody(String name, Path directory) {
        ObjectNode body = Rest.object().put("type", "filesystem").put("name", name);
        body.putObject("settings").putArray("paths").add(directory.toString());
        return body;
    }

    /** Adds a destination with a new vault in an empty directory; gives its id. */
    public String destination(Path directory) {
        Reply reply = rest.post(
                        "destinations", destinationBody(directory.getFileName().toString(), directory))
                .expect(201);
        await(reply.json().path("workflow")).finished();
        return reply.json().path("destination").path("id").asText();
    }

    /** Makes a directory an instance; gives its id. */
    public String directory(Path directory) {
        return instance(files(), directory.toString());
    }

    /** Makes something that a provider has an instance; gives its id. */
    public String instance(String provider, String externalId) {
        ObjectNode body = Rest.object().put("externalId", externalId);
        await(rest.post("providers/" + provider + "/inventory", body)).finished();
        return listed(provider, externalId);
    }

    /** Lets a provider find what it has; gives the id of one instance. */
    public String discovered(String provider, String externalId) {
        await(rest.post("providers/" + provider + "/inventory", Rest.object())).finished();
        return listed(provider, externalId);
    }

    private String listed(String provider, String externalId) {
        return rest.all("instances?provider=" + provider).stream()
                .filter(i -> i.path("externalId").asText().equals(externalId))
                .map(i -> i.path("id").asText())
                .findFirst()
                .orElseThrow(() -> new AssertionError(externalId + " was looked at but is not listed"));
    }

    /** Asks for a backup without waiting for it. */
    public Work startBackup(String instance, String destination) {
        ObjectNode body = Rest.object().put("destinationId", destination).put("mode", "AUTO");
        return new Work(rest.post("instances/" + instance + "/backups", body)
                .expect(202)
                .json());
    }

    /** Backs up and waits for the end, whatever it is. */
    public Work tryBackup(String instance, String destination) {
        return await(startBackup(instance, destination));
    }

    /** Backs up, which must go well. */
    public BackupView backUp(String instance, String destination) {
        Work work = tryBackup(instance, destination).finished();
        return backup(work.backupId());
    }

    /** A backup as it is now. */
    public BackupView backup(String id) {
        return new BackupView(rest.get("backups/" + id).expect(200).json());
    }

    /** All backups of an instance, newest first. */
    public List<BackupView> backupsOf(String instance) {
        return rest.all("backups?instance=" + instance).stream()
                .map(BackupView::new)
                .toList();
    }

    /** Asks for a restore into a directory without waiting for it. */
    public Work startRestore(String backup, Path target, String... selection) {
        ObjectNode body = Rest.object();
        body.putObject("settings").put("target", target.toString());
        ArrayNode chosen = body.putArray("selection");
        List.of(selection).forEach(chosen::add);
        return new Work(
                rest.post("backups/" + backup + "/restore", body).expect(202).json());
    }

    /** Restores into a directory, which must go well. */
    public Work restore(String backup, Path target, String... selection) {
        return await(startRestore(backup, target, selection)).finished();
    }

    /** Proves a backup by reading all of it; whatever comes of it. */
    public Work verify(String backup) {
        return await(rest.post("backups/" + backup + "/verify", Rest.object().put("deep", true)));
    }

    /** Proves everything on a destination; whatever comes of it. */
    public Work verifyAll(String destination) {
        return await(rest.post(
                "destinations/" + destination + "/verify", Rest.object().put("deep", true)));
    }

    /** Forgets all but the newest backups of an instance and frees the space. */
    public Work keepLast(int count, String instance, String destination) {
        ObjectNode body = Rest.object().put("instanceId", instance).put("dryRun", false);
        body.putObject("rule").putObject("keep").put("last", count);
        return await(rest.post("destinations/" + destination + "/prune", body)).finished();
    }

    /** Reads the catalogue's rows again from what is on the destination. */
    public Work rebuild(String destination) {
        return await(rest.post("destinations/" + destination + "/rebuild", Rest.object()))
                .finished();
    }

    /** What opens the vault when this appliance is lost. */
    public String recoveryKey(String destination) {
        return rest.get("destinations/" + destination + "/recovery-key")
                .expect(200)
                .json()
                .path("recoveryKey")
                .asText();
    }

    /** A workflow as it is now. */
    public Work workflow(String id) {
        JsonNode json = rest.get("workflows/" + id).expect(200).json();
        return new Work(json, () -> logOf(json));
    }

    /** Waits for the end of what an accepted request became. */
    public Work await(Reply accepted) {
        return await(accepted.expect(202).json());
    }

    /** Waits for the end of a workflow. */
    public Work await(JsonNode workflow) {
        return await(new Work(workflow));
    }

    /** Waits for the end of a workflow. */
    public Work await(Work work) {
        return awaitThat(work, Work::ended, "has ended");
    }

    /** Waits until something can be said of a workflow. */
    public Work awaitThat(Work work, Predicate<Work> condition, String description) {
        try {
            return Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(POLL)
                    .pollDelay(Duration.ZERO)
                    .until(() -> workflow(work.id()), condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("it is not true after " + PATIENCE.toSeconds() + " s that the workflow "
                    + description + ":\n" + workflow(work.id()).json().toPrettyString() + logOf(work));
        }
    }

    /** The lines of the logs of all tasks of a workflow. */
    public String logOf(Work work) {
        return logOf(workflow(work.id()).json());
    }

    private String logOf(JsonNode workflow) {
        StringBuilder text = new StringBuilder();
        for (JsonNode task : workflow.path("tasks")) {
            JsonNode lines = rest.get("tasks/" + task.path("id").asText() + "/log?limit=1000")
                    .expect(200)
                    .json();
            lines.path("items").forEach(line -> text.append(task.path("type").asText())
                    .append(' ')
                    .append(line.path("level").asText())
                    .append(' ')
                    .append(line.path("message").asText())
                    .append('\n'));
        }
        return text.toString();
    }
}

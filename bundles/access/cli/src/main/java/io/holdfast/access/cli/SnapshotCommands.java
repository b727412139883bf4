package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about snapshots that are kept on providers. They are no backups. */
final class SnapshotCommands {

    private static final String INSTANCE = "Id of the instance, its start, name, or the provider's id.";
    private static final String SNAPSHOT = "Id of the snapshot, its start, or name; see 'list'.";

    private SnapshotCommands() {}

    private static int done(Terminal terminal, JsonNode workflow) {
        terminal.message("summary", (ObjectNode) workflow);
        terminal.line(workflow.path("message").asText());
        return InstantCommands.code(workflow);
    }

    @Command(
            name = "snapshot",
            mixinStandardHelpOptions = true,
            description =
                    "Takes, lists, reverts to and deletes snapshots that are kept on providers. They are no backups.",
            subcommands = {ListSnapshots.class, Create.class, Revert.class, Delete.class})
    static final class Snapshot {}

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the snapshots of an instance, those of other programs too.")
    static final class ListSnapshots implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "INSTANCE", description = INSTANCE)
        String instance = "";

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            List<JsonNode> snapshots = appliance.snapshots(appliance.instanceCalled(instance));
            if (snapshots.isEmpty()) {
                terminal.line("No snapshots.");
            }
            for (JsonNode snapshot : snapshots) {
                terminal.message("snapshot", (ObjectNode) snapshot);
                terminal.line(String.format(
                        "%s  %s  %-8s  %s",
                        snapshot.path("id").asText(),
                        snapshot.path("created").asText(),
                        snapshot.path("ours").asBoolean() ? "Holdfast" : "others",
                        snapshot.path("name").asText()));
            }
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Takes a snapshot that stays on the provider.")
    static final class Create implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "INSTANCE", description = INSTANCE)
        String instance = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "NAME",
                description = "What it is called; made of the time if left out.")
        String name = "";

        @Option(names = "--description", description = "Why it is taken.")
        String description = "";

        @Option(names = "--quiesce", description = "Fail rather than being less than application-consistent.")
        boolean quiesce;

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            ObjectNode body = ApplianceClient.object();
            body.put("name", name).put("description", description).put("quiesce", quiesce);
            return done(terminal, appliance.takeSnapshot(appliance.instanceCalled(instance), body));
        }
    }

    /** Something that is done with one snapshot of an instance. */
    abstract static class OneSnapshot implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "INSTANCE", description = INSTANCE)
        String instance = "";

        @Parameters(index = "1", paramLabel = "SNAPSHOT", description = SNAPSHOT)
        String snapshot = "";

        /** Does it and waits; gives the workflow. */
        abstract JsonNode begin(Appliance appliance, JsonNode of, JsonNode snapshot);

        @Override
        public final Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            JsonNode of = appliance.instanceCalled(instance);
            return done(terminal, begin(appliance, of, appliance.snapshotCalled(of, snapshot)));
        }
    }

    @Command(
            name = "revert",
            mixinStandardHelpOptions = true,
            description = "Takes an instance back to a snapshot. What was written since is lost.")
    static final class Revert extends OneSnapshot {
        @Option(names = "--yes", description = "Yes, lose what was written since.")
        boolean yes;

        @Override
        JsonNode begin(Appliance appliance, JsonNode of, JsonNode to) {
            if (!yes) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "'" + of.path("name").asText() + "' would lose everything that was written since "
                                + to.path("created").asText() + "; add --yes if that is wanted");
            }
            return appliance.revert(of, to);
        }
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a snapshot that Holdfast made; the instance stays as it is.")
    static final class Delete extends OneSnapshot {
        @Override
        JsonNode begin(Appliance appliance, JsonNode of, JsonNode snapshot) {
            return appliance.deleteSnapshot(of, snapshot);
        }
    }
}

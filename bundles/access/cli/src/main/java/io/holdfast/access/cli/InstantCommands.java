package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about instances that run straight from a backup. */
final class InstantCommands {

    private InstantCommands() {}

    /** What a workflow's end means for the caller. */
    static int code(JsonNode workflow) {
        boolean warned = workflow.path("state").asText().equals("FINISHED_WITH_WARNINGS");
        return warned ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
    }

    /** Whether an instance runs; its task says where. */
    private static boolean running(JsonNode task) {
        return task.path("type").asText().equals("MOUNT")
                && task.path("state").asText().equals("RUNNING")
                && task.path("session").asBoolean();
    }

    /** Whether the end that was asked for has failed. */
    private static boolean runsOn(JsonNode task) {
        return running(task) && !task.path("ending").asBoolean();
    }

    private static String step(JsonNode workflow) {
        for (JsonNode task : workflow.path("tasks")) {
            if (task.path("type").asText().equals("MOUNT")) {
                return task.path("progress").path("step").asText();
            }
        }
        return "";
    }

    @Command(
            name = "instant-recovery",
            mixinStandardHelpOptions = true,
            description = "Runs instances straight from backups.",
            subcommands = {Start.class, ListRunning.class, End.class})
    static final class Recovery {}

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description = "Runs an instance straight from a backup, and waits until it runs.")
    static final class Start implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Mixin
        RecoveryRequest request = new RecoveryRequest();

        @Option(names = "--no-wait", description = "Do not wait until it runs.")
        boolean noWait;

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            JsonNode begun = appliance.instantRecovery(appliance.backupCalled(request.backup), request.body(appliance));
            JsonNode running =
                    noWait ? begun : appliance.awaitTask(begun, "instant recovery", InstantCommands::running);
            terminal.message("summary", (ObjectNode) running);
            terminal.line(noWait ? "begun" : step(running));
            terminal.line("End it with: holdfast instant-recovery end "
                    + running.path("id").asText() + " --move or --discard");
            return code(running);
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the instances that run from backups.")
    static final class ListRunning implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            List<JsonNode> running = connection.appliance(terminal).instantRecoveries();
            if (running.isEmpty()) {
                terminal.line("Nothing runs from a backup.");
            }
            for (JsonNode workflow : running) {
                terminal.message("instant_recovery", (ObjectNode) workflow);
                terminal.line(workflow.path("id").asText() + "  "
                        + workflow.path("created").asText() + "  backup "
                        + workflow.path("backupId").asText() + "  " + step(workflow));
            }
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "end",
            mixinStandardHelpOptions = true,
            description =
                    "Ends an instant recovery: moves the instance to production storage while it runs, or discards it.")
    static final class End implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "WORKFLOW", description = "Its id, or the start of it; see 'list'.")
        String workflow = "";

        @ArgGroup(multiplicity = "1")
        Way way = new Way();

        @Option(names = "--no-wait", description = "Do not wait for the end.")
        boolean noWait;

        /** One of two. */
        static final class Way {
            @Option(names = "--move", description = "Move the instance to production storage.")
            boolean move;

            @Option(names = "--discard", description = "Remove the instance, with what it has written.")
            boolean discard;
        }

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            List<JsonNode> found = appliance.instantRecoveries().stream()
                    .filter(w -> w.path("id").asText().startsWith(workflow))
                    .toList();
            if (found.size() != 1) {
                throw new CommandException(
                        ExitCode.FAILED,
                        (found.isEmpty() ? "no" : "more than one") + " instant recovery has an id that starts with '"
                                + workflow + "'; 'holdfast instant-recovery list' shows them");
            }
            JsonNode ending = appliance.endInstantRecovery(found.get(0), way.move);
            if (noWait) {
                terminal.message("summary", (ObjectNode) ending);
                terminal.line("it is ending");
                return code(ending);
            }
            JsonNode ended = appliance.awaitTask(ending, way.move ? "moving" : "discarding", InstantCommands::runsOn);
            for (JsonNode task : ended.path("tasks")) {
                if (runsOn(task)) {
                    throw new CommandException(
                            ExitCode.FAILED,
                            "it was not moved and runs on: " + step(ended) + " (workflow "
                                    + ended.path("id").asText() + ")");
                }
            }
            terminal.message("summary", (ObjectNode) ended);
            terminal.line(ended.path("message").asText());
            return code(ended);
        }
    }

    @Command(
            name = "boot-proof",
            mixinStandardHelpOptions = true,
            description =
                    "Boots an instance from a backup in isolation and says whether it came up. Exit code 3 if it did not pass.")
    static final class BootProof implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Mixin
        RecoveryRequest request = new RecoveryRequest();

        @Option(names = "--screenshot", paramLabel = "FILE", description = "Take a picture of its screen (PNG).")
        @Nullable
        Path screenshot;

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            JsonNode backup = appliance.backupCalled(request.backup);
            ObjectNode body = request.body(appliance);
            if (screenshot != null) {
                ((ObjectNode) body.get("settings")).put("screenshot", "true");
            }
            JsonNode ended = appliance.bootProof(backup, body);
            JsonNode boot = appliance.backup(backup.path("id").asText()).path("boot");
            terminal.message("summary", ApplianceClient.object().set("boot", boot));
            for (String field : List.of("console", "output")) {
                boot.path(field).asText().lines().forEach(line -> terminal.line("  " + line));
            }
            terminal.line((boot.path("good").asBoolean() ? "PASSED: " : "NOT PASSED: ")
                    + boot.path("message").asText());
            if (screenshot != null && boot.path("screenshot").asBoolean()) {
                write(screenshot, appliance.screenshot(backup));
                terminal.line("picture of the screen: " + screenshot);
            }
            return code(ended);
        }

        private static void write(Path file, byte[] content) {
            try {
                Files.write(file, content);
            } catch (IOException e) {
                throw new CommandException(ExitCode.FAILED, "cannot write " + file + ": " + e.getMessage(), e);
            }
        }
    }
}

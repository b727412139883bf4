package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs. Each is a few lines: what it does is in {@link Appliance} and {@link Demo}. */
final class Commands {

    private static final int SHOWN_PROBLEMS = 20;
    private static final String LOCAL = "local";

    private Commands() {}

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Says whether the appliance is well.")
    static final class Status implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            JsonNode health = connection.appliance(terminal).health();
            terminal.message("status", (ObjectNode) health);
            terminal.line(health.path("status").asText() + ", version "
                    + health.path("version").asText() + ", at " + connection.url);
            for (JsonNode check : health.path("checks")) {
                terminal.line("  " + check.path("name").asText() + ": "
                        + check.path("status").asText() + " "
                        + check.path("message").asText());
            }
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            description = "Backs a directory up. Exit code 3 if some files could not be read.")
    static final class Backup implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Parameters(paramLabel = "PATH", description = "The directory.")
        Path path = Path.of("");

        @Option(names = "--destination", description = "Name of the destination. Default: the only one, or 'local'.")
        @Nullable
        String destination;

        @Option(names = "--vault", description = "Directory in which the destination is made if there is none yet.")
        @Nullable
        Path vault;

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            JsonNode target = destination(appliance);
            JsonNode instance = appliance.directory(path.toAbsolutePath().normalize());
            JsonNode backup = appliance.backup(instance, target);
            terminal.message("summary", (ObjectNode) backup);
            JsonNode stats = backup.path("stats");
            terminal.line("backup " + backup.path("id").asText() + " of " + path + ": "
                    + Sizes.bytes(stats.path("logicalBytes").asLong()) + " in "
                    + stats.path("items").asLong() + " entries, "
                    + Sizes.bytes(stats.path("newBytes").asLong()) + " new, "
                    + Sizes.bytes(stats.path("storedBytes").asLong()) + " stored, "
                    + Sizes.duration(stats.path("durationMillis").asLong()));
            return problems(appliance, backup, terminal);
        }

        private JsonNode destination(Appliance appliance) {
            java.util.List<JsonNode> all = appliance.destinations();
            if (destination == null && all.size() == 1) {
                return all.get(0);
            }
            String name = destination == null ? LOCAL : destination;
            return appliance.destination(name).orElseGet(() -> appliance.destinationIn(name, directory(name)));
        }

        private Path directory(String name) {
            String own = System.getenv("HOLDFAST_VAULT");
            if (vault != null) {
                return vault.toAbsolutePath().normalize();
            }
            if (name.equals(LOCAL) && own != null) {
                return Path.of(own).toAbsolutePath().normalize();
            }
            throw new CommandException(
                    ExitCode.FAILED,
                    "there is no destination called '" + name + "'; add --vault DIRECTORY to make it there");
        }

        private static int problems(Appliance appliance, JsonNode backup, Terminal terminal) {
            long count = backup.path("stats").path("problems").asLong();
            if (count == 0) {
                return ExitCode.OK.code();
            }
            terminal.line(count + " entries could not be read, or not consistently:");
            for (JsonNode problem :
                    appliance.problems(backup).stream().limit(SHOWN_PROBLEMS).toList()) {
                terminal.line("  " + problem.path("path").asText() + ": "
                        + problem.path("message").asText());
            }
            return ExitCode.PARTIAL.code();
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the backups, newest first.")
    static final class List implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            Map<String, String> names = new HashMap<>();
            for (JsonNode instance : appliance.instances()) {
                names.put(
                        instance.path("id").asText(),
                        instance.path("externalId").asText());
            }
            Map<String, String> places = new HashMap<>();
            for (JsonNode destination : appliance.destinations()) {
                places.put(
                        destination.path("id").asText(),
                        destination.path("name").asText());
            }
            java.util.List<JsonNode> backups = appliance.backups();
            if (backups.isEmpty()) {
                terminal.line("No backups yet. Make the first one: holdfast backup PATH");
            }
            for (JsonNode backup : backups) {
                terminal.message("backup", (ObjectNode) backup);
                JsonNode stats = backup.path("stats");
                terminal.line(String.format(
                        "%s  %s  %-8s %10s  verified: %-8s on %-10s %s",
                        backup.path("id").asText(),
                        backup.path("created").asText(),
                        backup.path("status").asText(),
                        Sizes.bytes(stats.path("logicalBytes").asLong()),
                        backup.path("verification").asText(),
                        places.getOrDefault(backup.path("destinationId").asText(), "?"),
                        names.getOrDefault(backup.path("instanceId").asText(), "?")));
            }
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = "Restores a backup into a directory. Exit code 3 if some entries could not be restored.")
    static final class Restore implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Mixin
        RestoreRequest request = new RestoreRequest();

        @Override
        public Integer call() {
            Terminal terminal = connection.terminal();
            Appliance appliance = connection.appliance(terminal);
            JsonNode chosen = appliance.backupCalled(request.backup);
            JsonNode done = appliance.restore(chosen, request.target(), request.overwrite, escaped());
            terminal.message("summary", (ObjectNode) done);
            terminal.line("restored to " + request.target() + ": "
                    + done.path("message").asText());
            boolean warned = done.path("state").asText().equals("FINISHED_WITH_WARNINGS");
            return warned ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
        }

        /** Over REST, {@code %XX} stands for a byte, so that names need not be UTF-8; a typed per cent sign is one. */
        private java.util.List<String> escaped() {
            return request.paths.stream().map(path -> path.replace("%", "%25")).toList();
        }
    }

    @Command(
            name = "demo",
            mixinStandardHelpOptions = true,
            description = "The main job once through on real data: back up, change, back up, prove, restore, compare.")
    static final class DemoRun implements Callable<Integer> {
        @Mixin
        Connection connection = new Connection();

        @Option(names = "--path", defaultValue = "/usr/share", description = "A real tree. Default: ${DEFAULT-VALUE}")
        Path path = Path.of("/usr/share");

        @Option(names = "--home", required = true, description = "Where the demonstration keeps its files.")
        Path home = Path.of("");

        @Override
        public Integer call() throws Exception {
            Terminal terminal = connection.terminal();
            new Demo(
                            connection.appliance(terminal),
                            terminal,
                            home.toAbsolutePath().normalize())
                    .run(path.toAbsolutePath().normalize());
            return ExitCode.OK.code();
        }
    }
}

package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb that brings backups to a second destination. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description =
                "Copies backups to another destination: sealed to a replica of the vault, which --vault makes, else written anew with other keys.")
final class CopyCommand implements Callable<Integer> {

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "FROM", description = "Name of the destination that has the backups.")
    String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "Name of the destination that gets them.")
    String to = "";

    @Option(names = "--vault", description = "Directory in which the replica is made if there is none yet.")
    @Nullable
    Path vault;

    @Option(names = "--instance", description = "Only backups of this instance; several.")
    List<String> instances = List.of();

    @Option(names = "--backup", description = "Only this backup; several.")
    List<String> backups = List.of();

    @Option(names = "--latest", description = "Only so many newest ones of each instance; 0 for all.")
    int latest;

    @Override
    public Integer call() {
        Terminal terminal = connection.terminal();
        Appliance appliance = connection.appliance(terminal);
        JsonNode first = called(appliance, from);
        JsonNode second = appliance.destination(to).orElseGet(() -> replica(appliance, first));
        ObjectNode body = ApplianceClient.object();
        body.put("to", second.path("id").asText()).put("latest", latest);
        ArrayNode instanceIds = body.putArray("instanceIds");
        instances.forEach(
                i -> instanceIds.add(appliance.instanceCalled(i).path("id").asText()));
        ArrayNode backupIds = body.putArray("backupIds");
        backups.forEach(b -> backupIds.add(appliance.backupCalled(b).path("id").asText()));
        JsonNode workflow = appliance.copy(first, body);
        terminal.message("summary", (ObjectNode) workflow);
        terminal.line(workflow.path("message").asText());
        return InstantCommands.code(workflow);
    }

    private static JsonNode called(Appliance appliance, String name) {
        return appliance
                .destination(name)
                .orElseThrow(
                        () -> new CommandException(ExitCode.FAILED, "there is no destination called '" + name + "'"));
    }

    private JsonNode replica(Appliance appliance, JsonNode first) {
        Path directory = vault;
        if (directory == null) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "there is no destination called '" + to + "'; add --vault DIRECTORY to make a replica there");
        }
        return appliance.replicaIn(to, directory.toAbsolutePath().normalize(), first);
    }
}

package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: reads a backup, or a whole destination, again. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Reads a backup, or everything on a destination, again and proves it. Names what is damaged; exit code 1 then.")
final class VerifyCommand implements Callable<Integer> {

    @Mixin
    Connection connection = new Connection();

    @Parameters(
            paramLabel = "BACKUP",
            arity = "0..1",
            description = "Id of a backup, its beginning, or 'latest'. Default: 'latest'.")
    @Nullable
    String backup;

    @Option(names = "--destination", description = "Name of a destination: everything on it.")
    @Nullable
    String destination;

    @Option(names = "--shallow", description = "Compare stored data with its hashes only; do not decrypt.")
    boolean shallow;

    @Override
    public Integer call() {
        if (backup != null && destination != null) {
            throw new CommandException(ExitCode.FAILED, "give either a backup or --destination");
        }
        Terminal terminal = connection.terminal();
        Appliance appliance = connection.appliance(terminal);
        JsonNode chosen = destination == null
                ? appliance.backupCalled(backup == null ? "latest" : backup)
                : appliance
                        .destination(destination)
                        .orElseThrow(() -> new CommandException(
                                ExitCode.FAILED, "there is no destination called '" + destination + "'"));
        try {
            JsonNode done = destination == null
                    ? appliance.verify(chosen, !shallow)
                    : appliance.verifyDestination(chosen, !shallow);
            terminal.message("summary", (ObjectNode) done);
            terminal.line("verified: " + done.path("message").asText());
            return ExitCode.OK.code();
        } catch (CommandException e) {
            if (e.code() == ExitCode.FAILED) {
                damaged(appliance, chosen, terminal);
            }
            throw e;
        }
    }

    private void damaged(Appliance appliance, JsonNode chosen, Terminal terminal) {
        boolean all = destination != null;
        String place = chosen.path(all ? "id" : "destinationId").asText();
        for (JsonNode damaged : appliance.damage(place)) {
            if (all || damaged.path("backupId").equals(chosen.path("id"))) {
                terminal.message("damaged", (ObjectNode) damaged);
                terminal.line("  damaged: " + damaged.path("instanceName").asText() + " of "
                        + damaged.path("created").asText() + " ("
                        + damaged.path("backupId").asText() + "): "
                        + damaged.path("message").asText());
            }
        }
    }
}

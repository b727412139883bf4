package io.holdfast.access.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which backup an instance is run from, where, and with which choices of its strategy. */
final class RecoveryRequest {

    @Parameters(index = "0", paramLabel = "BACKUP", description = "Id of the backup, its start, or 'latest'.")
    String backup = "";

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A choice of the strategy; the same name again for a further value of a list.")
    private List<String> settings = List.of();

    @Option(names = "--provider", description = "Name or id of the provider. Default: where the instance came from.")
    @Nullable
    private String provider;

    /** The request in the words of the REST interface. */
    ObjectNode body(Appliance appliance) {
        ObjectNode body = ApplianceClient.object();
        if (provider != null) {
            body.set("providerId", appliance.providerCalled(provider).path("id"));
        }
        ObjectNode given = body.putObject("settings");
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new CommandException(ExitCode.FAILED, "a choice is given as --set NAME=VALUE");
            }
            String name = setting.substring(0, equals);
            ArrayNode values = given.has(name) ? (ArrayNode) given.get(name) : given.putArray(name);
            values.add(setting.substring(equals + 1));
        }
        return body;
    }
}

package io.holdfast.access.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the appliance is and who is speaking to it; every option can come from the environment. */
final class Connection {

    @Option(
            names = "--url",
            defaultValue = "${env:HOLDFAST_URL:-https://127.0.0.1:8443}",
            description = "Address of the appliance (HOLDFAST_URL). Default: ${DEFAULT-VALUE}")
    URI url = URI.create("https://127.0.0.1:8443");

    @Option(
            names = "--ca",
            defaultValue = "${env:HOLDFAST_CA}",
            description = "PEM file of the appliance's certificate authority (HOLDFAST_CA).")
    @Nullable
    Path authority;

    @Option(
            names = "--user",
            defaultValue = "${env:HOLDFAST_USER:-admin}",
            description = "Who logs in (HOLDFAST_USER). Default: ${DEFAULT-VALUE}")
    String user = "admin";

    @Option(
            names = "--password-file",
            defaultValue = "${env:HOLDFAST_PASSWORD_FILE}",
            description = "File with the password in its first line (HOLDFAST_PASSWORD_FILE).")
    @Nullable
    Path passwordFile;

    @Mixin
    private Output output = new Output();

    Terminal terminal() {
        return output.terminal();
    }

    Appliance appliance(Terminal terminal) {
        return new Appliance(client(), terminal);
    }

    private ApplianceClient client() {
        if (authority == null || passwordFile == null) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "the options --ca and --password-file (or HOLDFAST_CA and HOLDFAST_PASSWORD_FILE) are needed");
        }
        try {
            String password = Files.readString(passwordFile).lines().findFirst().orElse("");
            return new ApplianceClient(url, authority, user, password);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.AUTHENTICATION,
                    "cannot read the password from " + passwordFile + "; is the appliance running? ('holdfast up')",
                    e);
        }
    }
}

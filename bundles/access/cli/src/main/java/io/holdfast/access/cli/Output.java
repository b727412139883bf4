package io.holdfast.access.cli;

import picocli.CommandLine.Option;

/** How a verb speaks: to people, or to programs. */
final class Output {

    @Option(names = "--json", description = "Speak in JSON lines with a message_type each.")
    boolean json;

    Terminal terminal() {
        return new Terminal(System.out, json, "1".equals(System.getenv("HOLDFAST_TTY")));
    }
}

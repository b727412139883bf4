package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The guest agent must answer, and a program that it runs must end with 0. */
final class ProofAgent implements ProofCheck {

    private static final String ANSWERS = "the guest agent answers";

    private final GuestCommand guest;
    private final List<String> command;
    private boolean answers;
    private Optional<String> process = Optional.empty();

    /** @param command program and arguments; empty for none */
    ProofAgent(GuestCommand guest, List<String> command) {
        this.guest = guest;
        this.command = List.copyOf(command);
    }

    @Override
    public Look look() throws PluginException {
        answers = answers || guest.answers();
        if (!answers) {
            return Look.missing("the guest agent does not answer");
        }
        if (command.isEmpty()) {
            return Look.passed(ANSWERS);
        }
        if (process.isEmpty()) {
            process = guest.start(command);
            return process.isPresent()
                    ? Look.missing("the command has not ended")
                    : Look.failed("the guest agent does not run " + Commands.printable(command.get(0)));
        }
        OptionalInt exit = guest.ended(process.get());
        if (exit.isEmpty()) {
            return Look.missing("the command has not ended");
        }
        return exit.getAsInt() == 0
                ? Look.passed(ANSWERS + ", the command ended with 0")
                : Look.failed("the command ended with " + exit.getAsInt());
    }
}

package io.holdfast.spi.strategy;

import java.util.List;

/**
 * What was found when an instance was booted from its backup. Since 1.1.
 *
 * @param good whether it came up and every check passed
 * @param message what was checked and what failed, in a sentence for administrators
 * @param console the last lines that it wrote to its console, at most 200
 * @param output the last lines of what other programs have said that looked at it, at most 50
 * @param screenshot a picture of its screen when everything was decided: PNG of at most 1 MiB; empty if there is none
 */
public record BootReport(boolean good, String message, List<String> console, List<String> output, byte[] screenshot) {

    /** Copies the lines. */
    public BootReport {
        console = List.copyOf(console);
        output = List.copyOf(output);
    }

    /** A report without output of other programs and without a picture. */
    public BootReport(boolean good, String message, List<String> console) {
        this(good, message, console, List.of(), new byte[0]);
    }
}

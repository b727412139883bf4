package io.holdfast.spi.strategy;

import java.util.List;

/**
 * What was found when an instance was booted from its backup. Since 1.1.
 *
 * @param good whether it came up and every check passed
 * @param message what was checked and what failed, in a sentence for administrators
 * @param console the last lines that it wrote to its console, at most 200
 */
public record BootReport(boolean good, String message, List<String> console) {

    /** Copies the lines. */
    public BootReport {
        console = List.copyOf(console);
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.Backup;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last attempt to boot an instance from a backup in isolation.
 *
 * @param time when, by the server's clock
 * @param good whether it came up and every check passed
 * @param durationMillis how long it took
 * @param message what was checked and what failed
 * @param console the last lines of its console
 * @param output the last lines of what programs have said that looked at it
 * @param screenshot whether there is a picture of its screen, at {@code /backups/{id}/proof/screenshot}
 */
public record BootDto(
        Instant time,
        boolean good,
        long durationMillis,
        String message,
        String console,
        String output,
        boolean screenshot) {

    /** A boot as the catalogue has it; null if there was none. */
    static @Nullable BootDto of(Backup.@Nullable Boot b) {
        return b == null
                ? null
                : new BootDto(
                        b.time(), b.good(), b.durationMillis(), b.message(), b.console(), b.output(), b.screenshot());
    }
}

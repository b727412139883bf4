package io.holdfast.core.catalog;

import java.time.Instant;

/**
 * One line of a task's log.
 *
 * @param number counts from 1 within the task, without gaps
 * @param time when
 * @param level {@code INFO} or {@code WARN}
 * @param message for administrators; without control characters, at most 4,000 characters
 */
public record TaskLogLine(long number, Instant time, Level level, String message) {

    /** How serious. */
    public enum Level {
        /** Worth knowing. */
        INFO,
        /** Worth looking at. */
        WARN
    }
}

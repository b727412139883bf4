package io.holdfast.access.model;

import io.holdfast.core.catalog.TaskLogLine;
import java.time.Instant;

/**
 * One line of a task's log.
 *
 * @param number counts from 1 within the task, without gaps
 * @param time when
 * @param level how serious
 * @param message what happened
 */
public record LogLineDto(long number, Instant time, TaskLogLine.Level level, String message) {

    /** A line as the catalogue has it. */
    static LogLineDto of(TaskLogLine line) {
        return new LogLineDto(line.number(), line.time(), line.level(), line.message());
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.TaskLogLine;
import java.util.List;

/**
 * Lines of a task's log.
 *
 * @param items the lines; ask again after the last one's number
 */
public record LogDto(List<LogLineDto> items) {

    /** Lines as the catalogue has them. */
    public static LogDto of(List<TaskLogLine> lines) {
        return new LogDto(lines.stream().map(LogLineDto::of).toList());
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.TaskProgress;
import org.jspecify.annotations.Nullable;

/**
 * How far a task is.
 *
 * @param step what it is doing
 * @param doneBytes bytes processed
 * @param expectedBytes bytes known to be ahead in all; 0 if unknown
 * @param doneItems files, disks or objects processed
 * @param expectedItems the same in all; 0 if unknown
 * @param bytesPerSecond rate of the last seconds; only in events
 */
public record ProgressDto(
        String step,
        long doneBytes,
        long expectedBytes,
        long doneItems,
        long expectedItems,
        @Nullable Long bytesPerSecond) {

    /** As the catalogue has it. */
    static ProgressDto of(TaskProgress p, @Nullable Long bytesPerSecond) {
        return new ProgressDto(
                p.step(), p.doneBytes(), p.expectedBytes(), p.doneItems(), p.expectedItems(), bytesPerSecond);
    }
}

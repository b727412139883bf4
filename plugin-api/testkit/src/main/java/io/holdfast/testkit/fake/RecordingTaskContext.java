package io.holdfast.testkit.fake;

import io.holdfast.spi.context.TaskContext;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The context of one task, all of whose parts show what happened to them.
 *
 * @param taskId of the task
 * @param cancellation to be cancelled by the test
 * @param progress what was reported
 * @param log what was said
 * @param journal what was written down
 * @param clock the time
 * @param scratchDirectory an existing, empty directory
 */
public record RecordingTaskContext(
        String taskId,
        TestCancellation cancellation,
        RecordingProgress progress,
        RecordingTaskLog log,
        MemoryJournal journal,
        Clock clock,
        Path scratchDirectory)
        implements TaskContext {

    /** A fresh context with the system's clock. */
    public static RecordingTaskContext of(String taskId, Path scratchDirectory) {
        return of(taskId, Clock.systemUTC(), scratchDirectory);
    }

    /** A fresh context. */
    public static RecordingTaskContext of(String taskId, Clock clock, Path scratchDirectory) {
        return new RecordingTaskContext(
                taskId,
                new TestCancellation(),
                new RecordingProgress(),
                new RecordingTaskLog(),
                new MemoryJournal(),
                clock,
                scratchDirectory);
    }
}

package io.holdfast.access.cli.offline;

import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.context.TaskLog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What accompanies an import outside of an appliance.
 *
 * @param taskId unique
 * @param cancellation ends it
 * @param progress where it is reported
 * @param warnings where warnings go
 * @param scratchDirectory private
 */
record RestoreTask(
        String taskId, Cancellation cancellation, Progress progress, Consumer<String> warnings, Path scratchDirectory)
        implements TaskContext {

    static RestoreTask with(Cancellation cancellation, Progress progress, Consumer<String> warnings, Path scratch) {
        return new RestoreTask(UUID.randomUUID().toString(), cancellation, progress, warnings, scratch);
    }

    @Override
    public TaskLog log() {
        return new TaskLog() {
            @Override
            public void info(String message) {
                // nobody keeps a log here
            }

            @Override
            public void warn(String message) {
                warnings.accept(message);
            }
        };
    }

    /** Nobody would undo anything after a crash: the target is the user's own directory, and what is unfinished has a name of its own. */
    @Override
    public SideEffectJournal journal() {
        return (kind, details) -> new Intention(UUID.randomUUID().toString(), kind, Map.copyOf(details));
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    private record Intention(String id, String kind, Map<String, String> details) implements SideEffectJournal.Entry {
        @Override
        public void undone() {
            // nothing is kept
        }
    }
}

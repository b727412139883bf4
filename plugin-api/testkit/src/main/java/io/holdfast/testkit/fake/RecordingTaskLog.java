package io.holdfast.testkit.fake;

import io.holdfast.spi.context.TaskLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the lines of a task's log. Safe for use from any thread. */
public final class RecordingTaskLog implements TaskLog {

    private final List<String> infos = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @Override
    public void info(String message) {
        infos.add(message);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    /** What was said. */
    public List<String> infos() {
        return new ArrayList<>(infos);
    }

    /** What was warned of. */
    public List<String> warnings() {
        return new ArrayList<>(warnings);
    }
}

package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.worker.TaskReport.Measure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of tasks at this moment and not worth a transaction: the newest measure of running ones, and why queued
 * ones wait.
 */
final class LiveTasks {

    private final Map<String, Measure> measures = new ConcurrentHashMap<>();
    private final Map<String, String> waits = new ConcurrentHashMap<>();

    void measured(String taskId, Measure measure) {
        measures.put(taskId, measure);
    }

    void waits(String taskId, String why) {
        waits.put(taskId, why);
    }

    Optional<String> whyWaiting(String taskId) {
        return Optional.ofNullable(waits.get(taskId));
    }

    /** The task has changed its state. */
    void forget(String taskId) {
        measures.remove(taskId);
        waits.remove(taskId);
    }

    long rate(String taskId) {
        Measure measure = measures.get(taskId);
        return measure == null ? 0 : measure.bytesPerSecond();
    }

    /** The task with what is known beyond the catalogue. */
    Task show(Task task) {
        if (task.state() == TaskState.RUNNING) {
            Measure measure = measures.get(task.id());
            return measure == null
                    ? task
                    : new TaskDraft(task).progress(Life.progress(measure)).build();
        }
        String why = waits.get(task.id());
        return task.state() == TaskState.QUEUED && why != null
                ? new TaskDraft(task).outcome(task.errorKind(), why).build()
                : task;
    }
}

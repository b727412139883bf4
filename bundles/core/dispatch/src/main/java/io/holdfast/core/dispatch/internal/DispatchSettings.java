package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.TaskType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How work is handed out.
 *
 * @param heartbeatInterval how often nodes report on running tasks
 * @param leaseDuration how long a lease lives without a report
 * @param longestWait how long a node waits for a signal before it asks anyway
 * @param total how many tasks of a type run at once on all nodes; missing for no limit
 * @param perProvider how many tasks of a type run at once for one provider; missing for no limit
 * @param perDestination how many tasks of a type run at once for one destination; missing for no limit
 * @param startWithin within what time a task has to start; missing for no window
 * @param retry when something is tried again
 * @param keepWorkflows how long ended workflows are remembered
 */
record DispatchSettings(
        Duration heartbeatInterval,
        Duration leaseDuration,
        Duration longestWait,
        Map<TaskType, Integer> total,
        Map<TaskType, Integer> perProvider,
        Map<TaskType, Integer> perDestination,
        Map<TaskType, Duration> startWithin,
        Retry retry,
        Duration keepWorkflows) {

    /**
     * When something is tried again.
     *
     * @param attempts how often a task is started in all before it fails for good
     * @param losses how often a task may be lost with its node before it fails for good: something that kills nodes must
     *     not do so for ever
     * @param first the wait after the first failure; doubled after each
     * @param longest the longest wait
     */
    record Retry(int attempts, int losses, Duration first, Duration longest) {}

    DispatchSettings {
        total = Map.copyOf(total);
        perProvider = Map.copyOf(perProvider);
        perDestination = Map.copyOf(perDestination);
        startWithin = Map.copyOf(startWithin);
    }

    /** The defaults of the configuration. */
    static DispatchSettings standard() {
        Map<TaskType, Duration> windows = new EnumMap<>(TaskType.class);
        windows.put(TaskType.INVENTORY, Duration.ofHours(1));
        windows.put(TaskType.EXPORT, Duration.ofHours(5));
        windows.put(TaskType.RESTORE, Duration.ofHours(1));
        windows.put(TaskType.ATTACH, Duration.ofHours(1));
        windows.put(TaskType.KEYS, Duration.ofHours(1));
        return new DispatchSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Map.of(),
                Map.of(TaskType.EXPORT, 2, TaskType.INVENTORY, 1),
                Map.of(TaskType.VERIFY, 2),
                windows,
                new Retry(4, 10, Duration.ofSeconds(10), Duration.ofMinutes(10)),
                Duration.ofDays(60));
    }
}

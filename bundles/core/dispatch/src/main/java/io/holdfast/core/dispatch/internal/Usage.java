package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.worker.TaskParameters;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What runs at present, counted against the limits. Not safe for use by several threads. */
final class Usage {

    private final DispatchSettings settings;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Set<String>> holders = new HashMap<>();
    private final Set<String> cleaned = new HashSet<>();

    /** @param unfinished every task that has not ended */
    Usage(DispatchSettings settings, Collection<Task> unfinished) {
        this.settings = settings;
        for (Task task : unfinished) {
            if (task.state() == TaskState.RUNNING) {
                count(task);
            }
            String key = key(task);
            boolean cleanup = task.type() == TaskType.CLEANUP;
            if (!key.isEmpty() && (cleanup ? task.state() == TaskState.RUNNING : begun(task))) {
                holders.computeIfAbsent(key, k -> new HashSet<>()).add(task.workflowId());
            }
            if (cleanup && task.attempt() == 0) {
                cleaned.add(key); // what a dead task left is removed, or was tried to be, before anything new is begun
            }
        }
    }

    void take(Task task) {
        count(task);
        String key = key(task);
        if (!key.isEmpty()) {
            holders.computeIfAbsent(key, k -> new HashSet<>()).add(task.workflowId());
        }
    }

    /** Why a task cannot run now; empty if it can. */
    Optional<String> blocked(Task task) {
        TaskType type = task.type();
        if (over(settings.total().get(type), type.name())) {
            return Optional.of("waits: " + settings.total().get(type) + " tasks of its kind run already");
        }
        if (!task.providerId().isEmpty() && over(settings.perProvider().get(type), type + "@p" + task.providerId())) {
            return Optional.of("waits: as many tasks as allowed run for this provider");
        }
        if (!task.destinationId().isEmpty()
                && over(settings.perDestination().get(type), type + "@d" + task.destinationId())) {
            return Optional.of("waits: as many tasks as allowed run for this destination");
        }
        if (type == TaskType.MOUNT
                && !Mounts.runs(task)
                && counts.containsKey(TaskType.PRUNE + "@d" + task.destinationId())) {
            return Optional.of("waits for a prune of the destination, which may forget the backup");
        }
        String key = key(task);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        boolean held = holders.getOrDefault(key, Set.of()).stream().anyMatch(w -> !w.equals(task.workflowId()));
        if (task.type() == TaskType.CLEANUP) {
            return running(key) ? Optional.of("waits for a task on the same instance") : Optional.empty();
        }
        if (held) {
            return Optional.of("waits for another workflow on the same " + key.substring(0, key.indexOf(':')));
        }
        return cleaned.contains(key)
                ? Optional.of("waits until what an earlier task left is removed")
                : Optional.empty();
    }

    private boolean running(String key) {
        return counts.getOrDefault("running:" + key, 0) > 0;
    }

    private boolean over(@Nullable Integer limit, String counter) {
        return limit != null && counts.getOrDefault(counter, 0) >= limit;
    }

    private void count(Task task) {
        counts.merge(task.type().name(), 1, Integer::sum);
        counts.merge(task.type() + "@p" + task.providerId(), 1, Integer::sum);
        counts.merge(task.type() + "@d" + task.destinationId(), 1, Integer::sum);
        counts.merge("running:" + key(task), 1, Integer::sum);
    }

    private static String key(Task task) {
        return task.parameters().getOrDefault(Names.EXCLUSIVE, "");
    }

    /** Whether the task's workflow has begun, and so holds what it excludes others from, even while it waits to go on. */
    private static boolean begun(Task task) {
        return task.state() == TaskState.RUNNING
                || task.attempt() > 0
                || task.parameters().containsKey(TaskParameters.SESSION);
    }
}

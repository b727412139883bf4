package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is different about mounts: they end when somebody wants it, and not before. */
final class Mounts {

    /** An instance that waits for its disks is not kept waiting longer than that. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Set<TaskState> UNFINISHED = Set.of(TaskState.WAITING, TaskState.QUEUED, TaskState.RUNNING);

    private Mounts() {}

    private static List<Task> unfinished(Catalog catalog) {
        return catalog.workflows().tasksIn(UNFINISHED, Integer.MAX_VALUE).stream()
                .filter(t -> t.type() == TaskType.MOUNT)
                .toList();
    }

    /** Tasks whose instance may run. */
    static Set<String> tasks(Catalog catalog) {
        return unfinished(catalog).stream().map(Task::id).collect(Collectors.toSet());
    }

    /** The backups that instances run from. */
    static Set<String> backups(Catalog catalog) {
        return unfinished(catalog).stream()
                .map(t -> t.parameters().getOrDefault(TaskParameters.BACKUP, ""))
                .collect(Collectors.toSet());
    }

    /** Whether the instance of a mount runs, and people may have written to it. */
    static boolean runs(Task task) {
        return task.type() == TaskType.MOUNT && task.parameters().containsKey(TaskParameters.SESSION);
    }

    static void requireEndable(Flow flow) throws PluginException {
        Optional<Task> mount = flow.task(TaskType.MOUNT);
        String id = flow.workflow().id();
        if (mount.isEmpty()) {
            throw conflict("Workflow " + id + " is no instant recovery.");
        }
        if (mount.get().state().ended() || mount.get().cancelRequested()) {
            throw conflict("Instant recovery " + id + " has ended, or is about to.");
        }
        if (!runs(mount.get())) {
            throw conflict("The instance of instant recovery " + id + " does not run yet; wait for it, or cancel.");
        }
        if (mount.get().parameters().containsKey(TaskParameters.END)) {
            throw conflict("The end of instant recovery " + id + " was asked for already; cancel it to discard all.");
        }
    }

    private static PluginException conflict(String message) {
        return new PluginException(ErrorKind.CONFLICT, message);
    }

    /** Somebody wants it to end. */
    static Flow ending(Flow flow, String how) {
        return flow.task(TaskType.MOUNT)
                .filter(t -> runs(t) && !t.state().ended() && !t.parameters().containsKey(TaskParameters.END))
                .map(t -> flow.with(
                        new TaskDraft(t).parameter(TaskParameters.END, how).build()))
                .orElse(flow);
    }
}

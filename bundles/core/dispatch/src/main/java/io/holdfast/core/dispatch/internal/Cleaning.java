package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that what a dead task announced on a provider is undone. Doing so twice is harmless. */
final class Cleaning {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaning.class);
    private static final Set<TaskState> UNFINISHED = Set.of(TaskState.WAITING, TaskState.QUEUED, TaskState.RUNNING);

    private final Catalog catalog;
    private final Planner planner;

    Cleaning(Catalog catalog, Planner planner) {
        this.catalog = catalog;
        this.planner = planner;
    }

    /** The clean-up of a task that does not run any more; empty if it left nothing, or one is under way. */
    Optional<Flow> after(Task dead) {
        if (dead.type() == TaskType.CLEANUP) {
            return Optional.empty(); // its entries are those of the task that it cleans
        }
        if (dead.type() == TaskType.MOUNT && !ended(dead.workflowId())) {
            return Optional.empty(); // its instance runs, and is taken up again
        }
        List<JournalEntry> entries = catalog.journal().ofTask(dead.id());
        if (entries.isEmpty() || underWay(dead.id())) {
            return Optional.empty();
        }
        Optional<Flow> flow = planner.cleanUp(dead, entries);
        if (flow.isEmpty()) {
            LOG.warn(
                    "task {} left {} things on provider {}, which is not known any more; they stay there",
                    dead.id(),
                    entries.size(),
                    entries.get(0).providerId());
            entries.forEach(e -> catalog.journal().remove(e.id()));
        }
        return flow;
    }

    /** Clean-ups of everything that workflows which have ended left, and that no clean-up got rid of so far. */
    List<Flow> leftovers() {
        Map<String, JournalEntry> byTask = new LinkedHashMap<>();
        catalog.journal().all().forEach(e -> byTask.putIfAbsent(e.taskId(), e));
        return byTask.keySet().stream()
                .map(id -> catalog.workflows().findTask(id))
                .flatMap(Optional::stream)
                .filter(t -> ended(t.workflowId()))
                .map(this::after)
                .flatMap(Optional::stream)
                .toList();
    }

    private boolean ended(String workflowId) {
        return catalog.workflows()
                .find(workflowId)
                .map(Workflow::state)
                .map(s -> s.ended())
                .orElse(true);
    }

    private boolean underWay(String taskId) {
        return catalog.workflows().tasksIn(UNFINISHED, Integer.MAX_VALUE).stream()
                .anyMatch(t -> taskId.equals(t.parameters().get(Names.CLEANS)));
    }
}

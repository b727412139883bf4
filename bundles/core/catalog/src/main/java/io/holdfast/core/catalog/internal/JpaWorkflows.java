package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.Catalog.WorkflowRepository;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.internal.JpaRepository.Filter;
import io.holdfast.spi.ErrorKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;

/** Workflows, tasks and their logs. */
final class JpaWorkflows implements WorkflowRepository {

    private static final int REMOVED_AT_ONCE = 100;

    private final Transactions transactions;
    private final JpaRepository<Workflow, WorkflowRow> workflows;
    private final JpaRepository<Task, TaskRow> tasks;

    JpaWorkflows(Transactions transactions) {
        this.transactions = transactions;
        this.workflows = new JpaRepository<>(
                transactions,
                new Kind<>(
                        WorkflowRow.class,
                        WorkflowRow::new,
                        "workflow",
                        Workflow::id,
                        Workflow::id,
                        null,
                        "e.created DESC, e.id DESC"));
        this.tasks = new JpaRepository<>(
                transactions,
                new Kind<>(
                        TaskRow.class,
                        TaskRow::new,
                        "task",
                        Task::id,
                        Task::id,
                        null,
                        "e.priority DESC, e.queued, e.workflowId, e.position"));
    }

    @Override
    public void add(Workflow workflow, List<Task> added) {
        transactions.write(
                "adding workflow '" + Columns.line(workflow.id(), 64) + "'", ErrorKind.NOT_FOUND, manager -> {
                    WorkflowRow row = new WorkflowRow();
                    row.set(workflow);
                    manager.persist(row);
                    manager.flush();
                    for (Task task : added) {
                        if (!task.workflowId().equals(workflow.id())) {
                            throw Columns.refused("task " + task.id() + " belongs to another workflow");
                        }
                        TaskRow taskRow = new TaskRow();
                        taskRow.set(task);
                        taskRow.queued = row.created;
                        manager.persist(taskRow);
                    }
                    manager.flush();
                    return true;
                });
    }

    @Override
    public Optional<Workflow> find(String id) {
        return workflows.find(id);
    }

    @Override
    public List<Task> tasks(String workflowId) {
        // one workflow has a handful of tasks of one priority, so that the order is by position
        return tasks
                .all(new Filter().and("e.workflowId = :workflowId", "workflowId", workflowId), Integer.MAX_VALUE)
                .stream()
                .sorted(Comparator.comparingInt(Task::position))
                .toList();
    }

    @Override
    public Optional<Task> findTask(String taskId) {
        return tasks.find(taskId);
    }

    @Override
    public Page<Workflow> list(WorkflowFilter wanted, PageRequest page) {
        Filter filter = new Filter();
        if (!wanted.states().isEmpty()) {
            filter.and("e.state IN :states", "states", names(wanted.states()));
        }
        if (!wanted.types().isEmpty()) {
            filter.and("e.type IN :types", "types", names(wanted.types()));
        }
        String instanceId = wanted.instanceId();
        if (instanceId != null) {
            filter.and("e.instanceId = :instanceId", "instanceId", instanceId);
        }
        String destinationId = wanted.destinationId();
        if (destinationId != null) {
            filter.and("e.destinationId = :destinationId", "destinationId", destinationId);
        }
        return workflows.list(filter, page);
    }

    @Override
    public List<Task> tasksIn(Collection<TaskState> states, int limit) {
        if (states.isEmpty() || limit <= 0) {
            return List.of();
        }
        return tasks.all(new Filter().and("e.state IN :states", "states", names(states)), limit);
    }

    private static List<String> names(Collection<? extends Enum<?>> constants) {
        return constants.stream().map(Enum::name).distinct().toList();
    }

    @Override
    public boolean update(Workflow workflow, List<Task> changed) {
        String what = "updating workflow '" + Columns.line(workflow.id(), Columns.ID) + "'";
        // the same order everywhere, so that two updates cannot wait for each other
        List<Task> ordered =
                changed.stream().sorted(Comparator.comparing(Task::id)).toList();
        return transactions.write(what, ErrorKind.NOT_FOUND, manager -> {
            WorkflowRow row = manager.find(WorkflowRow.class, workflow.id(), LockModeType.PESSIMISTIC_WRITE);
            if (row == null) {
                throw missing(what, "workflow");
            }
            List<TaskRow> rows = new ArrayList<>();
            for (Task task : ordered) {
                TaskRow taskRow = manager.find(TaskRow.class, task.id(), LockModeType.PESSIMISTIC_WRITE);
                if (taskRow == null || !taskRow.workflowId.equals(workflow.id())) {
                    throw missing(what, "task '" + Columns.line(task.id(), Columns.ID) + "'");
                }
                if (taskRow.version != task.version()) {
                    return false;
                }
                rows.add(taskRow);
            }
            row.set(workflow);
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).set(ordered.get(i));
                rows.get(i).version++;
            }
            manager.flush();
            return true;
        });
    }

    private static CatalogException missing(String what, String noun) {
        return new CatalogException(
                ErrorKind.NOT_FOUND, what + ": there is no such " + noun + "; it may have been removed", null);
    }

    @Override
    public int removeEndedBefore(Instant time) {
        long before = Columns.exactMillis(time);
        int removed = 0;
        int part;
        do {
            part = transactions.write(
                    "removing old workflows", ErrorKind.CONFLICT, manager -> removeSome(manager, before));
            removed += part;
        } while (part == REMOVED_AT_ONCE);
        return removed;
    }

    /** A few at a time: others want to write too. Tasks and logs go with their workflow, by foreign key. */
    private static int removeSome(EntityManager manager, long before) {
        List<String> ids = manager.createQuery(
                        "SELECT e.id FROM Workflow e WHERE e.ended < :before ORDER BY e.ended", String.class)
                .setParameter("before", before)
                .setMaxResults(REMOVED_AT_ONCE)
                .getResultList();
        if (!ids.isEmpty()) {
            manager.createQuery("DELETE FROM Workflow e WHERE e.id IN :ids")
                    .setParameter("ids", ids)
                    .executeUpdate();
        }
        return ids.size();
    }

    @Override
    public void appendLog(String taskId, List<TaskLogLine> lines) {
        if (lines.isEmpty()) {
            return;
        }
        String what = "logging for task '" + Columns.line(taskId, Columns.ID) + "'";
        transactions.write(what, ErrorKind.NOT_FOUND, manager -> {
            // locks the task, so that two writers do not take the same numbers
            if (manager.find(TaskRow.class, taskId, LockModeType.PESSIMISTIC_WRITE) == null) {
                throw missing(what, "task");
            }
            Long last = manager.createQuery("SELECT MAX(e.line) FROM TaskLog e WHERE e.taskId = :taskId", Long.class)
                    .setParameter("taskId", taskId)
                    .getSingleResult();
            long number = last == null ? 0 : last;
            for (TaskLogLine line : lines) {
                number++;
                manager.persist(new TaskLogRow(taskId, number, line));
            }
            manager.flush();
            return true;
        });
    }

    @Override
    public List<TaskLogLine> log(String taskId, long after, int limit) {
        if (limit <= 0) {
            return List.of();
        }
        return transactions.read("reading the log of a task", manager -> manager
                .createQuery(
                        "SELECT e FROM TaskLog e WHERE e.taskId = :taskId AND e.line > :after ORDER BY e.line",
                        TaskLogRow.class)
                .setParameter("taskId", taskId)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList()
                .stream()
                .map(TaskLogRow::toRecord)
                .toList());
    }
}

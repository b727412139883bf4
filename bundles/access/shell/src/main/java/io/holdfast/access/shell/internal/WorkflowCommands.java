package io.holdfast.access.shell.internal;

import io.holdfast.access.model.LogDto;
import io.holdfast.access.model.TaskDto;
import io.holdfast.access.model.Texts;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about work. */
final class WorkflowCommands {

    private WorkflowCommands() {}

    /** {@code workflow-list}. */
    @Service
    @Command(scope = "holdfast", name = "workflow-list", description = "Lists the workflows, newest first.")
    public static final class ListWorkflows extends HoldfastCommand {
        @Option(name = "--active", description = "Only those that have not ended")
        boolean active;

        @Option(name = "--type", description = "Only those of this type, such as VERIFY", multiValued = true)
        @Completion(Completers.WorkflowTypes.class)
        List<String> types = List.of();

        @Option(name = "--instance", description = "Only those about this instance")
        @Completion(Completers.Instances.class)
        @Nullable
        String instance;

        @Option(name = "--destination", description = "Only those about this destination")
        @Completion(Completers.Destinations.class)
        @Nullable
        String destination;

        @Option(name = "--limit", description = "How many at most, 1 to 1000")
        int limit = 50;

        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException {
            if (limit < 1 || limit > PageRequest.MAX_LIMIT) {
                throw new PluginException(ErrorKind.INVALID_CONFIG, "--limit must be 1 to " + PageRequest.MAX_LIMIT);
            }
            List<WorkflowDto> some = core.workflows().list(filter(), PageRequest.first(limit)).items().stream()
                    .map(WorkflowDto::of)
                    .toList();
            output().list(
                            some,
                            "No workflows",
                            new Output.Column<>("ID", WorkflowDto::id),
                            new Output.Column<>("Type", WorkflowDto::type),
                            new Output.Column<>("State", WorkflowDto::state),
                            new Output.Column<>("By", WorkflowDto::origin),
                            new Output.Column<>("Created", WorkflowDto::created),
                            new Output.Column<>("Ended", WorkflowDto::ended),
                            new Output.Column<>("Message", WorkflowDto::message));
            return OK;
        }

        private WorkflowFilter filter() throws PluginException {
            References references = new References(core);
            Set<WorkflowState> states = active ? Set.of(WorkflowState.QUEUED, WorkflowState.RUNNING) : Set.of();
            return new WorkflowFilter(
                    states,
                    wantedTypes(),
                    instance == null ? null : references.instance(instance).id(),
                    destination == null
                            ? null
                            : references.destination(destination).id());
        }

        private Set<WorkflowType> wantedTypes() throws PluginException {
            Set<WorkflowType> wanted = new HashSet<>();
            for (String type : types) {
                wanted.add(Arrays.stream(WorkflowType.values())
                        .filter(known -> known.name().equalsIgnoreCase(type))
                        .findFirst()
                        .orElseThrow(() -> new PluginException(
                                ErrorKind.INVALID_CONFIG,
                                "--type must be one of " + Arrays.toString(WorkflowType.values()) + ", not '"
                                        + Texts.printable(type) + "'")));
            }
            return wanted;
        }
    }

    /** A command about one workflow. */
    abstract static class OneWorkflow extends HoldfastCommand {
        @Argument(name = "workflow", description = "Id, or its beginning", required = true)
        @Completion(Completers.ActiveWorkflows.class)
        String workflow = "";

        Workflow find() throws PluginException {
            var exact = core.workflows().find(workflow);
            return exact.isPresent() ? exact.get() : new References(core).workflow(workflow);
        }
    }

    /** {@code workflow-show}. */
    @Service
    @Command(scope = "holdfast", name = "workflow-show", description = "Shows a workflow and its tasks.")
    public static final class Show extends OneWorkflow {
        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException {
            Workflow found = find();
            List<Task> tasks = core.workflows().tasks(found.id());
            WorkflowDto w = WorkflowDto.of(found, tasks);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("id", w.id());
            fields.put("type", w.type());
            fields.put("state", w.state());
            fields.put("asked for by", w.origin());
            fields.put("provider", w.providerId());
            fields.put("instance", w.instanceId());
            fields.put("destination", w.destinationId());
            fields.put("backup", w.backupId());
            fields.put("created", w.created());
            fields.put("started", w.started());
            fields.put("ended", w.ended());
            fields.put("message", w.message());
            fields.put("result", w.result() == null || w.result().isEmpty() ? "" : w.result());
            output().show(w, fields);
            if (!json) {
                output().list(
                                tasks.stream().map(TaskDto::of).toList(),
                                "No tasks",
                                new Output.Column<>("Task", TaskDto::id),
                                new Output.Column<>("Type", TaskDto::type),
                                new Output.Column<>("State", TaskDto::state),
                                new Output.Column<>("Attempt", TaskDto::attempt),
                                new Output.Column<>("Node", TaskDto::nodeId),
                                new Output.Column<>(
                                        "Done", t -> Output.bytes(t.progress().doneBytes())),
                                new Output.Column<>("Step", t -> t.progress().step()),
                                new Output.Column<>("Message", TaskDto::message));
            }
            return OK;
        }
    }

    /** {@code workflow-cancel}. */
    @Service
    @Command(scope = "holdfast", name = "workflow-cancel", description = "Asks for the end of a workflow.")
    public static final class Cancel extends OneWorkflow {
        @Override
        Permission needs() {
            return Permission.WORKFLOW_CANCEL;
        }

        @Override
        int run() throws PluginException {
            Workflow cancelled = core.workflows().cancel(find().id());
            output().done(WorkflowDto.of(cancelled), "workflow " + cancelled.id() + " " + cancelled.state());
            return OK;
        }
    }

    /** {@code workflow-wait}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "workflow-wait",
            description =
                    "Waits for the end of a workflow. Exit code 0, 1 if it failed, 3 if there is something to look at.")
    public static final class Wait extends OneWorkflow {
        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            return new WorkflowWait(this).follow(find(), true);
        }
    }

    /** {@code task-log}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "task-log",
            description =
                    "Shows the log of a task, or of all tasks of a workflow. With -f, goes on until the workflow ends.")
    public static final class Log extends HoldfastCommand {
        private static final int PAGE = 1_000;
        private static final Duration PAUSE = Duration.ofMillis(500);

        @Argument(name = "task", description = "Id of a task or of a workflow", required = true)
        @Completion(Completers.ActiveWorkflows.class)
        String task = "";

        @Option(name = "-f", aliases = "--follow", description = "Go on until the workflow ends")
        boolean follow;

        @Override
        Permission needs() {
            return Permission.STATUS_READ;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            Workflows workflows = core.workflows();
            String workflowId = core.catalog()
                    .workflows()
                    .findTask(task)
                    .map(Task::workflowId)
                    .orElse("");
            boolean whole = workflowId.isEmpty();
            if (whole) {
                workflowId = new References(core).workflow(task).id();
            }
            Map<String, Long> read = new LinkedHashMap<>();
            boolean ended;
            do {
                // asked before reading: what is written in between is read by this round or the next
                ended = !follow
                        || workflows
                                .await(workflowId, read.isEmpty() ? Duration.ZERO : PAUSE)
                                .state()
                                .ended();
                for (Task one : workflows.tasks(workflowId)) {
                    if (whole || one.id().equals(task)) {
                        print(workflows, one, read);
                    }
                }
            } while (!ended);
            return OK;
        }

        private void print(Workflows workflows, Task one, Map<String, Long> read) {
            long after = read.getOrDefault(one.id(), 0L);
            List<TaskLogLine> lines = new ArrayList<>();
            List<TaskLogLine> page;
            do {
                page = workflows.log(one.id(), after, PAGE);
                lines.addAll(page);
                after = page.isEmpty() ? after : page.get(page.size() - 1).number();
            } while (page.size() == PAGE);
            read.put(one.id(), after);
            if (json && !lines.isEmpty()) {
                output().done(LogDto.of(lines), "");
            } else {
                lines.forEach(line -> out().println(line.time() + " " + one.type() + " "
                        + (line.level() == TaskLogLine.Level.WARN ? "WARN " : "") + Texts.printable(line.message())));
            }
            out().flush();
        }
    }
}

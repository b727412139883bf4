package io.holdfast.access.shell.internal;

import io.holdfast.access.model.Texts;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Waits for a workflow and shows how far it is: in place on a terminal, as lines otherwise. */
final class WorkflowWait {

    private static final Duration STEP = Duration.ofSeconds(1);

    private final HoldfastCommand command;
    private final Workflows workflows;

    WorkflowWait(HoldfastCommand command) throws PluginException {
        this.command = command;
        this.workflows = command.core.workflows();
    }

    /** Begins something for whoever is logged in and waits for its end, or only says what was begun; gives the exit code. */
    int begin(WorkflowRequest request, boolean wait) throws PluginException, InterruptedException {
        return follow(
                workflows.submit(request, Submission.by(command.principal().name())), wait);
    }

    /** Waits for the end, or only says what was begun; gives the exit code. */
    int follow(Workflow begun, boolean wait) throws PluginException, InterruptedException {
        if (!wait) {
            command.output().done(WorkflowDto.of(begun), "workflow " + begun.id() + " " + begun.state());
            return HoldfastCommand.OK;
        }
        return follow(begun, task -> false);
    }

    /** Waits for the end, or until one of its tasks has come so far that waiting is over: then it has failed. */
    int follow(Workflow begun, Predicate<Task> failed) throws PluginException, InterruptedException {
        Workflow current = begun;
        String shown = "";
        try {
            while (!current.state().ended()) {
                shown = progress(current, shown);
                Optional<Task> over =
                        workflows.tasks(current.id()).stream().filter(failed).findFirst();
                if (over.isPresent()) {
                    command.err()
                            .println("Error: "
                                    + Texts.printable(over.get().progress().step()) + " (workflow " + current.id()
                                    + ")");
                    return HoldfastCommand.FAILED;
                }
                current = workflows.await(current.id(), STEP);
            }
        } catch (InterruptedException e) {
            command.err().println("The workflow goes on; end it with holdfast:workflow-cancel " + current.id());
            throw e;
        }
        if (command.interactive() && !shown.isEmpty()) {
            command.out().println();
        }
        return ended(current);
    }

    private int ended(Workflow workflow) throws PluginException {
        String line = workflow.type() + " " + workflow.state()
                + (workflow.backupId().isEmpty() ? "" : ", backup " + workflow.backupId())
                + (workflow.message().isEmpty() ? "" : ": " + workflow.message()) + " (workflow " + workflow.id() + ")";
        boolean failed = workflow.state() == WorkflowState.FAILED || workflow.state() == WorkflowState.CANCELLED;
        if (failed && !command.json) {
            command.err().println("Error: " + Texts.printable(line));
        } else {
            command.output().done(WorkflowDto.of(workflow, workflows.tasks(workflow.id())), line);
        }
        if (failed) {
            return HoldfastCommand.FAILED;
        }
        return workflow.state() == WorkflowState.FINISHED_WITH_WARNINGS ? HoldfastCommand.PARTIAL : HoldfastCommand.OK;
    }

    private String progress(Workflow workflow, String before) {
        String line = workflows.tasks(workflow.id()).stream()
                .filter(task -> task.state() == TaskState.RUNNING)
                .map(WorkflowWait::describe)
                .findFirst()
                .orElse(workflow.type() + " " + workflow.state());
        if (command.json || line.equals(before)) {
            return before;
        }
        if (command.interactive()) {
            command.out().print("\r\u001b[K" + line);
            command.out().flush();
        } else {
            command.err().println(line);
        }
        return line;
    }

    private static String describe(Task task) {
        TaskProgress p = task.progress();
        String bytes = Output.bytes(p.doneBytes())
                + (p.expectedBytes() > p.doneBytes() ? " of " + Output.bytes(p.expectedBytes()) : "");
        return Texts.printable(task.type() + " " + bytes + ", " + p.doneItems() + " items " + p.step());
    }
}

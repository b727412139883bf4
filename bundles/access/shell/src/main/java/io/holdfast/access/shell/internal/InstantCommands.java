package io.holdfast.access.shell.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.Texts;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Commands about instances that run straight from a backup. */
final class InstantCommands {

    private InstantCommands() {}

    private static Optional<Task> mount(CoreServices core, Workflow workflow) throws PluginException {
        return core.workflows().tasks(workflow.id()).stream()
                .filter(task -> task.type() == TaskType.MOUNT)
                .findFirst();
    }

    private static boolean runs(Task task) {
        return task.state() == TaskState.RUNNING && task.parameters().containsKey(TaskParameters.SESSION);
    }

    /** Whether the end that was asked for has failed. */
    private static boolean runsOn(Task task) {
        return runs(task) && !task.parameters().containsKey(TaskParameters.END);
    }

    /** {@code instant-recovery}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "instant-recovery",
            description =
                    "Runs an instance straight from a backup, and waits until it runs. Example: holdfast:instant-recovery --set name=web-2 latest. holdfast:provider-types lists the choices")
    public static final class Start extends BackupCommands.Recovery {
        private static final Duration STEP = Duration.ofMillis(200);

        @Option(name = "--set", description = "A choice as name=value, such as name=web-2", multiValued = true)
        @Nullable
        List<String> settings;

        @Option(name = "--no-wait", description = "Do not wait until it runs")
        boolean noWait;

        @Override
        int run() throws PluginException, InterruptedException {
            Workflow begun = core.workflows()
                    .submit(
                            new WorkflowRequest.InstantRecovery(
                                    find().id(), target(), SettingArguments.parse(settings)),
                            Submission.by(principal().name()));
            if (noWait) {
                return new WorkflowWait(this).follow(begun, false);
            }
            Workflow current = begun;
            Optional<Task> runs = Optional.empty();
            while (!current.state().ended() && runs.isEmpty()) {
                current = core.workflows().await(current.id(), STEP);
                runs = mount(core, current).filter(InstantCommands::runs);
            }
            if (runs.isEmpty()) {
                return new WorkflowWait(this).follow(current, true);
            }
            String line = Texts.printable(runs.get().progress().step()) + "\nEnd it with holdfast:instant-recovery-end "
                    + current.id() + " --move or --discard";
            output().done(WorkflowDto.of(current, core.workflows().tasks(current.id())), line);
            return OK;
        }
    }

    /** {@code boot-proof}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "boot-proof",
            description =
                    "Boots an instance from a backup in isolation and says whether it came up. Example: holdfast:boot-proof --set timeLimit=120 latest. Exit code 3 if it did not pass")
    public static final class Prove extends BackupCommands.Recovery {
        @Option(name = "--set", description = "A check as name=value, such as consoleText=login:", multiValued = true)
        @Nullable
        List<String> settings;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        int run() throws PluginException, InterruptedException {
            return submit(
                    new WorkflowRequest.BootProof(find().id(), target(), SettingArguments.parse(settings)), noWait);
        }
    }

    /** {@code instant-recovery-end}. */
    @Service
    @Command(
            scope = "holdfast",
            name = "instant-recovery-end",
            description =
                    "Ends an instant recovery: moves the instance to production storage while it runs, or discards it.")
    public static final class End extends WorkflowCommands.OneWorkflow {
        @Option(name = "--move", description = "Move the instance to production storage")
        boolean move;

        @Option(name = "--discard", description = "Remove the instance, with what it has written")
        boolean discard;

        @Option(name = "--no-wait", description = "Do not wait for the end")
        boolean noWait;

        @Override
        Permission needs() {
            return Permission.RESTORE;
        }

        @Override
        int run() throws PluginException, InterruptedException {
            if (move == discard) {
                throw new PluginException(
                        ErrorKind.INVALID_CONFIG, "Say what becomes of the instance: --move or --discard.");
            }
            Workflow current = core.workflows().end(find().id(), move);
            if (noWait) {
                return new WorkflowWait(this).follow(current, false);
            }
            return new WorkflowWait(this).follow(current, InstantCommands::runsOn);
        }
    }
}

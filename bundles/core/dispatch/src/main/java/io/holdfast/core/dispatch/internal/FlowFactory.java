package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.worker.TaskParameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes new workflows. */
final class FlowFactory {

    private static final Set<TaskType> NEEDS_STRATEGY = Set.of(
            TaskType.INVENTORY,
            TaskType.EXPORT,
            TaskType.STORE,
            TaskType.RESTORE,
            TaskType.MOUNT,
            TaskType.PROVE,
            TaskType.CLEANUP,
            TaskType.SNAPSHOT);
    private static final Set<String> FOR_THE_NODE = Set.of(
            Names.EXCLUSIVE,
            Names.STRATEGY,
            Names.DESTINATION_TYPE,
            Names.START_BY,
            Names.ONCE,
            Names.INSTANCES,
            Names.COPIES,
            TaskParameters.INSTANCE);

    private final IdSource ids;
    private final Clock clock;
    private final DispatchSettings settings;

    FlowFactory(IdSource ids, Clock clock, DispatchSettings settings) {
        this.ids = ids;
        this.clock = clock;
        this.settings = settings;
    }

    Draft draft(WorkflowType type, Submission how) {
        return new Draft(type, how);
    }

    /** A workflow being put together. */
    final class Draft {

        private final WorkflowType type;
        private final Submission how;
        private final String id;
        private final List<Task> tasks = new ArrayList<>();
        private final Map<String, String> parameters = new HashMap<>();
        private String providerId = "";
        private String strategy = "";
        private String instanceId = "";
        private String destinationId = "";
        private String destinationType = "";
        private String backupId = "";

        private Draft(WorkflowType type, Submission how) {
            this.type = type;
            this.how = how;
            String given = how.id();
            this.id = given == null ? ids.next() : given;
        }

        Draft provider(Provider provider) {
            providerId = provider.id();
            strategy = provider.type();
            return this;
        }

        Draft instance(String instance) {
            instanceId = instance;
            return this;
        }

        Draft destination(Destination destination) {
            destinationId = destination.id();
            destinationType = destination.type();
            return this;
        }

        Draft backup(String backup) {
            backupId = backup;
            return this;
        }

        Draft task(TaskType task, Map<String, String> given) {
            given.forEach((name, value) -> {
                if (!FOR_THE_NODE.contains(name)) {
                    parameters.put(name, value);
                }
            });
            Map<String, String> p = new HashMap<>(given);
            if (!strategy.isEmpty() && NEEDS_STRATEGY.contains(task)) {
                p.put(Names.STRATEGY, strategy);
            }
            if (!destinationType.isEmpty()) {
                p.put(Names.DESTINATION_TYPE, destinationType);
            }
            Instant due = how.notBefore() == null ? clock.instant() : how.notBefore();
            Duration window = how.startWithin() == null ? settings.startWithin().get(task) : how.startWithin();
            if (window != null && tasks.isEmpty() && task != TaskType.CLEANUP) {
                p.put(Names.START_BY, due.plus(window).toString());
            }
            tasks.add(newTask(task, p));
            return this;
        }

        private Task newTask(TaskType task, Map<String, String> p) {
            return new Task(
                    ids.next(),
                    id,
                    tasks.size(),
                    task,
                    tasks.isEmpty() ? TaskState.QUEUED : TaskState.WAITING,
                    how.priority(),
                    providerId,
                    destinationId,
                    Map.copyOf(p),
                    Map.of(),
                    false,
                    0,
                    tasks.isEmpty() ? how.notBefore() : null,
                    "",
                    "",
                    null,
                    false,
                    TaskProgress.none(),
                    null,
                    null,
                    "",
                    "",
                    0);
        }

        Flow build() {
            Workflow workflow = new Workflow(
                    id,
                    type,
                    WorkflowState.QUEUED,
                    how.origin(),
                    how.priority(),
                    providerId,
                    instanceId,
                    destinationId,
                    backupId,
                    Map.copyOf(parameters),
                    clock.instant(),
                    null,
                    null,
                    "",
                    "");
            return new Flow(workflow, tasks);
        }
    }
}

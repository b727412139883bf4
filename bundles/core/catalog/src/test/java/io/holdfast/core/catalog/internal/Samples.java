package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.ApiToken;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.JournalEntry;
import io.holdfast.core.catalog.Node;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskLogLine;
import io.holdfast.core.catalog.TaskProgress;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.User;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Records to store; times are whole milliseconds, as the catalogue keeps them. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-03-29T01:30:00.123Z");

    private Samples() {}

    static Provider provider(String id) {
        return new Provider(
                id,
                "libvirt",
                "provider " + id,
                Map.of("host", List.of("kvm1.example"), "paths", List.of("/a", "/b \"quoted\" \\ ü 🐘")),
                new Health(Health.State.AVAILABLE, "fine", NOW));
    }

    static Destination destination(String id) {
        return new Destination(
                id, "filesystem", "destination " + id, Map.of(), "", Health.unknown(), null, 123_456_789_012_345L);
    }

    static Instance instance(String id, String providerId) {
        return new Instance(
                id,
                providerId,
                "external " + id,
                "instance " + id,
                "machine",
                -1,
                Map.of("os", "linux"),
                Map.of("excludes", List.of("*.tmp")),
                true,
                NOW);
    }

    static Backup backup(String id, String instanceId, String destinationId, Instant created) {
        return new Backup(
                id,
                instanceId,
                destinationId,
                "",
                true,
                Backup.Status.PARTIAL,
                created,
                null,
                new Backup.Stats(1L << 50, 2, 3, 4, 5, 6, 7),
                "",
                "two files could not be read",
                null,
                Backup.Verification.NEVER,
                null,
                0,
                "");
    }

    static Workflow workflow(String id, WorkflowState state, Instant created) {
        return new Workflow(
                id,
                WorkflowType.BACKUP,
                state,
                "admin",
                50,
                "p",
                "i",
                "d",
                "",
                Map.of("full", "true"),
                created,
                null,
                state.ended() ? created.plusSeconds(60) : null,
                "",
                "");
    }

    static Task task(String id, String workflowId, int position, TaskState state, int priority) {
        return new Task(
                id,
                workflowId,
                position,
                TaskType.EXPORT,
                state,
                priority,
                "p",
                "d",
                Map.of("instance", "i"),
                Map.of(),
                false,
                0,
                null,
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

    static Task with(Task task, TaskState state, long version) {
        return new Task(
                task.id(),
                task.workflowId(),
                task.position(),
                task.type(),
                state,
                task.priority(),
                task.providerId(),
                task.destinationId(),
                task.parameters(),
                Map.of("bytes", "12"),
                true,
                task.attempt() + 1,
                NOW.plusSeconds(1),
                "node",
                "lease",
                NOW.plusSeconds(60),
                true,
                new TaskProgress("reading", 1, 2, 3, 4),
                NOW,
                NOW.plusSeconds(2),
                "message",
                "TIMEOUT",
                version);
    }

    static JournalEntry journal(String id, String taskId, Instant created) {
        return new JournalEntry(id, taskId, "p", "n", "snapshot", Map.of("name", "holdfast-1"), created);
    }

    static Node node(String id, String name) {
        return new Node(id, name, NOW, Map.of("version", "1.0.0"));
    }

    static User user(String name) {
        return new User(name, "hash", Set.of("admin", "viewer"), true, NOW);
    }

    static ApiToken token(String id, String user) {
        return new ApiToken(id, user, "for scripts", "secret hash", NOW, NOW.plusSeconds(5));
    }

    static TaskLogLine line(String message) {
        return new TaskLogLine(0, NOW, TaskLogLine.Level.INFO, message);
    }

    static Policy policy(String id, String destinationId) {
        return new Policy(
                id,
                "policy " + id,
                Policy.Kind.BACKUP,
                true,
                70,
                destinationId,
                Map.of("include", List.of("name=web-*"), "schedules", List.of("every=PT4H", "at=22:00")),
                NOW,
                NOW,
                0,
                null);
    }

    static PolicyRun run(String id, Policy policy, Instant due) {
        return new PolicyRun(id, policy.id(), policy.runs() + 1, "schedule", true, due, null, due.plusSeconds(1), null);
    }

    static PolicyItem item(String id, String runId, String policyId, PolicyItem.State state) {
        return new PolicyItem(id, runId, policyId, "instance of " + id, state, "", "", "");
    }
}

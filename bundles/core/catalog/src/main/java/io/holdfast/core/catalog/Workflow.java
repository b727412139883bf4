package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request and the chain of tasks that it becomes.
 *
 * @param id unique, made by the core; ids order by time
 * @param type what is done
 * @param state where it is
 * @param origin who asked: a user name, or {@code system}
 * @param priority 0 to 100, higher first
 * @param providerId concerned provider, empty if none
 * @param instanceId concerned instance, empty if none
 * @param destinationId concerned destination, empty if none
 * @param backupId the backup that is made or used, empty if none (yet)
 * @param parameters what else was asked for; no secrets
 * @param created when it was asked for
 * @param started when its first task started, null if none has
 * @param ended when it ended, null if it has not
 * @param message outcome for administrators; empty until there is one
 * @param errorKind name of the error kind if it failed; empty otherwise
 */
public record Workflow(
        String id,
        WorkflowType type,
        WorkflowState state,
        String origin,
        int priority,
        String providerId,
        String instanceId,
        String destinationId,
        String backupId,
        Map<String, String> parameters,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        String message,
        String errorKind) {}

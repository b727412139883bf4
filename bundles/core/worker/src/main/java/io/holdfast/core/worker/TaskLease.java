package io.holdfast.core.worker;

import java.util.Map;

/**
 * A task that a node may run.
 *
 * @param key names the lease in every report
 * @param kind what is to be done
 * @param workflowId what the task belongs to; an export and its store share it
 * @param attempt how often the task has been started, from 1
 * @param parameters what else was asked for, see {@link TaskParameters}; no secrets
 */
public record TaskLease(LeaseKey key, TaskKind kind, String workflowId, int attempt, Map<String, String> parameters) {

    /** Copies the parameters. */
    public TaskLease {
        parameters = Map.copyOf(parameters);
    }
}

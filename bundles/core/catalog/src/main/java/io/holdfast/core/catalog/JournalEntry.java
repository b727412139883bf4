package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Map;

/**
 * An external side effect that a task announced and that is not undone yet.
 *
 * @param id unique, made by the core
 * @param taskId who announced it
 * @param providerId where it is
 * @param nodeId the node that ran the task
 * @param kind the strategy's word for it
 * @param details how to find it
 * @param created when it was announced
 */
public record JournalEntry(
        String id,
        String taskId,
        String providerId,
        String nodeId,
        String kind,
        Map<String, String> details,
        Instant created) {}

package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One unit of node work.
 *
 * @param id unique, made by the core
 * @param workflowId what it belongs to
 * @param position its place in the workflow, from 0
 * @param type what is done
 * @param state where it is
 * @param priority 0 to 100, higher first
 * @param providerId whose limit it counts against, empty if none
 * @param destinationId whose limit it counts against, empty if none
 * @param parameters what the node needs to know; no secrets
 * @param results what the node reported, for people and for the tasks that follow; no secrets
 * @param warnings whether there is something to look at although it went on
 * @param attempt how often it was started
 * @param notBefore not to be leased earlier; null if at once
 * @param nodeId who runs or ran it, empty if nobody
 * @param leaseToken changes with every lease, empty if not leased: a report with another token is stale
 * @param leaseExpires when the lease ends unless renewed, null if not leased
 * @param cancelRequested whether somebody wants it to end
 * @param progress how far it is
 * @param started when it was last started
 * @param ended when it ended
 * @param message outcome for administrators
 * @param errorKind name of the error kind of the last failure; empty if none
 * @param version counts changes, for optimistic locking
 */
public record Task(
        String id,
        String workflowId,
        int position,
        TaskType type,
        TaskState state,
        int priority,
        String providerId,
        String destinationId,
        Map<String, String> parameters,
        Map<String, String> results,
        boolean warnings,
        int attempt,
        @Nullable Instant notBefore,
        String nodeId,
        String leaseToken,
        @Nullable Instant leaseExpires,
        boolean cancelRequested,
        TaskProgress progress,
        @Nullable Instant started,
        @Nullable Instant ended,
        String message,
        String errorKind,
        long version) {}

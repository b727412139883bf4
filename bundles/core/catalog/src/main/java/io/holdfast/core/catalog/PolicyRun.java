package io.holdfast.core.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One time that a policy was run.
 *
 * @param id unique, made by the core
 * @param policyId whose
 * @param number from 1, counted by policy
 * @param origin a user name, or {@code schedule}
 * @param full whether everything was read
 * @param due when it was to begin
 * @param closes what has not started by then fails; null for the limit of its kind
 * @param started when it began
 * @param ended when the last of its instances was through; null if that is not so yet
 */
public record PolicyRun(
        String id,
        String policyId,
        long number,
        String origin,
        boolean full,
        Instant due,
        @Nullable Instant closes,
        Instant started,
        @Nullable Instant ended) {}

package io.holdfast.core.scheduler;

import io.holdfast.core.catalog.PolicyRun;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A policy with how it stands.
 *
 * @param id unique
 * @param spec as it was wanted
 * @param created when it was made
 * @param runs how often it has run
 * @param lastRun the newest run that is remembered; null if there is none
 * @param nextDue when it is due next; null if never, or if it is switched off
 */
public record PolicyInfo(
        String id,
        PolicySpec spec,
        Instant created,
        long runs,
        @Nullable PolicyRun lastRun,
        @Nullable Instant nextDue) {}

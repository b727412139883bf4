package io.holdfast.access.model;

import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One time that a policy was run.
 *
 * @param id made by the appliance
 * @param policyId whose
 * @param number from 1, counted by policy
 * @param origin who asked: a user, or schedule
 * @param mode how much was read
 * @param due when it was to begin
 * @param closes what has not started by then fails
 * @param started when it began
 * @param ended when the last of its instances was through
 * @param items what became of each instance; absent in lists
 */
public record PolicyRunDto(
        String id,
        String policyId,
        long number,
        String origin,
        BackupMode mode,
        Instant due,
        @Nullable Instant closes,
        Instant started,
        @Nullable Instant ended,
        @Nullable List<PolicyItemDto> items) {

    /** A run for a list: without its instances. */
    public static PolicyRunDto of(PolicyRun r) {
        return of(r, null);
    }

    /** A run with what became of each instance. */
    public static PolicyRunDto with(PolicyRun r, List<PolicyItem> items) {
        return of(r, items.stream().map(PolicyItemDto::of).toList());
    }

    private static PolicyRunDto of(PolicyRun r, @Nullable List<PolicyItemDto> items) {
        return new PolicyRunDto(
                r.id(),
                r.policyId(),
                r.number(),
                r.origin(),
                r.full() ? BackupMode.FULL : BackupMode.AUTO,
                r.due(),
                r.closes(),
                r.started(),
                r.ended(),
                items);
    }
}

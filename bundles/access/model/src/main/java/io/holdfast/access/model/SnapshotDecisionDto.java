package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionDecision;
import java.time.Instant;
import java.util.List;

/**
 * What becomes of one snapshot, and why.
 *
 * @param snapshotId which
 * @param created when it was taken
 * @param keep whether it stays
 * @param reasons every reason to keep it, or why it goes
 */
public record SnapshotDecisionDto(String snapshotId, Instant created, boolean keep, List<RetentionReasonDto> reasons) {

    /** As the rule decided. */
    static SnapshotDecisionDto of(RetentionDecision d) {
        return new SnapshotDecisionDto(
                d.backup().id(),
                d.backup().created(),
                d.keep(),
                d.reasons().stream()
                        .map(r -> new RetentionReasonDto(r.code(), r.message()))
                        .toList());
    }
}

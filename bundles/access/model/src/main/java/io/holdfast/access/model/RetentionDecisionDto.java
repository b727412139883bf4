package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionDecision;
import java.time.Instant;
import java.util.List;

/**
 * What becomes of one backup, and why.
 *
 * @param backupId which
 * @param instanceId whose
 * @param created when the source was captured
 * @param keep whether it stays
 * @param reasons every reason to keep it, or why it goes
 */
public record RetentionDecisionDto(
        String backupId, String instanceId, Instant created, boolean keep, List<RetentionReasonDto> reasons) {

    /** As the rule decided. */
    static RetentionDecisionDto of(RetentionDecision d) {
        return new RetentionDecisionDto(
                d.backup().id(),
                d.backup().instanceId(),
                d.backup().created(),
                d.keep(),
                d.reasons().stream()
                        .map(r -> new RetentionReasonDto(r.code(), r.message()))
                        .toList());
    }
}

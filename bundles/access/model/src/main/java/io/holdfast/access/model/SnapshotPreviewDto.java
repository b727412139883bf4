package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionDecision;
import java.util.List;

/**
 * What a rule would do with the snapshots of an instance now.
 *
 * @param items one decision for each snapshot that this appliance made, newest first
 */
public record SnapshotPreviewDto(List<SnapshotDecisionDto> items) {

    /** As the rule decided. */
    public static SnapshotPreviewDto of(List<RetentionDecision> decisions) {
        return new SnapshotPreviewDto(
                decisions.stream().map(SnapshotDecisionDto::of).toList());
    }
}

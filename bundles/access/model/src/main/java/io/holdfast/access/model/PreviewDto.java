package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionDecision;
import java.util.List;

/**
 * What a retention rule would do now.
 *
 * @param items one decision for each backup, by instance, newest first
 */
public record PreviewDto(List<RetentionDecisionDto> items) {

    /** As the rule decided. */
    public static PreviewDto of(List<RetentionDecision> decisions) {
        return new PreviewDto(decisions.stream().map(RetentionDecisionDto::of).toList());
    }
}

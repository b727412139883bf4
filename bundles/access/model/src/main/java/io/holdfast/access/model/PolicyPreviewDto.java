package io.holdfast.access.model;

import io.holdfast.core.scheduler.PolicyPreview;
import java.time.Instant;
import java.util.List;

/**
 * What a policy would do now.
 *
 * @param instances every instance that it has to do with
 * @param next the next times at which it is due, five at most
 */
public record PolicyPreviewDto(List<PolicyCoverageDto> instances, List<Instant> next) {

    /** A preview as administrators see it. */
    public static PolicyPreviewDto of(PolicyPreview p) {
        return new PolicyPreviewDto(
                p.decisions().stream().map(PolicyCoverageDto::of).toList(), p.next());
    }
}

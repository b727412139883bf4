package io.holdfast.access.model;

import io.holdfast.core.policy.Coverage;
import org.jspecify.annotations.Nullable;

/**
 * How an instance stands to a policy.
 *
 * @param instanceId which
 * @param name what people call it
 * @param providerId where it lives
 * @param standing NAMED and MATCHED are run; ABSENT is covered, but was not found by the last inventory; EXCLUDED and TAKEN are not
 *     covered
 * @param policyId the policy that has it
 */
public record PolicyCoverageDto(
        String instanceId,
        String name,
        String providerId,
        Coverage.Standing standing,
        @Nullable String policyId) {

    /** A decision as administrators see it. */
    static PolicyCoverageDto of(Coverage.Decision d) {
        return new PolicyCoverageDto(
                d.instance().id(),
                d.instance().name(),
                d.instance().providerId(),
                d.standing(),
                Texts.orNull(d.policyId()));
    }
}

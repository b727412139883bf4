package io.holdfast.core.scheduler;

import io.holdfast.core.policy.Coverage;
import java.time.Instant;
import java.util.List;

/**
 * What a policy would do now.
 *
 * @param decisions every instance that it has to do with, by name: covered, absent, excluded, or taken by another policy
 * @param next the next times at which it is due, five at most, whether it is enabled or not
 */
public record PolicyPreview(List<Coverage.Decision> decisions, List<Instant> next) {

    /** Copies the lists. */
    public PolicyPreview {
        decisions = List.copyOf(decisions);
        next = List.copyOf(next);
    }
}

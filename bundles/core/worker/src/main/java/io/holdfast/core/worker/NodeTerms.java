package io.holdfast.core.worker;

import java.time.Duration;
import java.util.Set;

/**
 * What the control plane expects of a node.
 *
 * @param heartbeatInterval how often running tasks report
 * @param leaseDuration how long a lease lives without a report
 * @param longestWait how long the node may wait for a change before it asks for work anyway
 * @param neededStaging instances whose staging a coming task may use again; what was staged for others can be removed
 * @param mounts tasks of mounts that have not ended: what the node keeps of others can be removed
 * @param applianceId identifies this appliance, at most 64 characters
 */
public record NodeTerms(
        Duration heartbeatInterval,
        Duration leaseDuration,
        Duration longestWait,
        Set<String> neededStaging,
        Set<String> mounts,
        String applianceId) {

    /** Copies the sets. */
    public NodeTerms {
        neededStaging = Set.copyOf(neededStaging);
        mounts = Set.copyOf(mounts);
    }
}

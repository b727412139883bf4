package io.holdfast.core.worker;

import java.util.Map;

/**
 * A node that starts to work.
 *
 * @param nodeId stable over restarts, 1 to 64 characters
 * @param name what people call it
 * @param facts version, staging space and the like, for people
 */
public record NodeInfo(String nodeId, String name, Map<String, String> facts) {

    /** Copies the facts. */
    public NodeInfo {
        facts = Map.copyOf(facts);
    }
}

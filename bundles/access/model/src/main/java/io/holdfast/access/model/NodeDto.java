package io.holdfast.access.model;

import io.holdfast.core.catalog.Node;
import java.time.Instant;
import java.util.Map;

/**
 * A node of the data plane.
 *
 * @param id unique and stable
 * @param name what people call it
 * @param lastSeen when it last asked for work
 * @param facts version, staging space and the like
 */
public record NodeDto(String id, String name, Instant lastSeen, Map<String, String> facts) {

    /** A node as the catalogue has it. */
    public static NodeDto of(Node n) {
        return new NodeDto(n.id(), n.name(), n.lastSeen(), n.facts());
    }
}

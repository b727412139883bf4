package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.Map;

/**
 * A node of the data plane.
 *
 * @param id unique and stable
 * @param name what people call it
 * @param lastSeen when it last asked for work
 * @param facts version, staging space and the like, for people
 */
public record Node(String id, String name, Instant lastSeen, Map<String, String> facts) {}

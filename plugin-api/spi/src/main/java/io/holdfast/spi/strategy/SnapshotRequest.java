package io.holdfast.spi.strategy;

import io.holdfast.spi.settings.Settings;

/**
 * A snapshot to be taken.
 *
 * @param instance of what
 * @param settings the instance's settings, checked against the type's instance schema
 * @param name what people will call it, 1 to 100 characters without control characters; not necessarily unique
 * @param description why it is taken, at most 500 characters without control characters; may be empty
 * @param quiesce whether it must not be less than {@link SnapshotConsistency#APPLICATION}
 */
public record SnapshotRequest(
        InstanceDescription instance, Settings settings, String name, String description, boolean quiesce) {}

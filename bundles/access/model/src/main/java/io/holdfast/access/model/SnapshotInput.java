package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot to be taken.
 *
 * @param name what it is called, at most 100 characters; made of the time if absent
 * @param description why it is taken, at most 500 characters
 * @param quiesce whether it fails rather than being less than application-consistent; false if absent
 */
public record SnapshotInput(
        @Nullable String name,
        @Nullable String description,
        @Nullable Boolean quiesce) {}

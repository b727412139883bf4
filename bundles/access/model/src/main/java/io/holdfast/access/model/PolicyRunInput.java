package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A run of a policy, besides its schedules.
 *
 * @param mode AUTO if absent
 */
public record PolicyRunInput(@Nullable BackupMode mode) {}

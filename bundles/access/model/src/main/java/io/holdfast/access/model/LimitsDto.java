package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * Limits of one class of backups; whichever is reached first removes a backup.
 *
 * @param versions how many of the newest are kept, at least 1; no limit if absent
 * @param days for how many days they are kept, at least 1; no limit if absent
 */
public record LimitsDto(
        @Nullable Integer versions, @Nullable Integer days) {}

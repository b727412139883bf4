package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What would be forgotten on a destination.
 *
 * @param rule what is kept
 * @param instanceId only backups of this instance; of all if absent
 */
public record PreviewInput(RetentionRuleDto rule, @Nullable String instanceId) {}

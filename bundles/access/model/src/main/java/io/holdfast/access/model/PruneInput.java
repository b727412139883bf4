package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What to forget on a destination.
 *
 * @param rule what is kept
 * @param instanceId only backups of this instance; of all if absent
 * @param dryRun whether it is only told what would be done; false if absent
 */
public record PruneInput(
        RetentionRuleDto rule,
        @Nullable String instanceId,
        @Nullable Boolean dryRun) {}

package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.PluginException;
import org.jspecify.annotations.Nullable;

/**
 * That backups are copied to a second destination when all of a run have been made.
 *
 * @param destinationId where to; backups go sealed into a replica of the first vault, and are written anew into a vault with other keys
 * @param retention what is kept there, whatever is kept where they were made; everything if absent
 * @param window when copies may begin, such as at 22:00 with a window of PT8H; at once if absent
 */
public record CopyRuleDto(
        String destinationId,
        @Nullable RetentionRuleDto retention,
        @Nullable ScheduleDto window) {

    /** A rule as administrators see it. */
    public static CopyRuleDto of(PolicySpec.Copy copy) {
        RetentionRule kept = copy.retention();
        Schedule window = copy.window();
        return new CopyRuleDto(
                copy.destinationId(),
                kept == null ? null : RetentionRuleDto.of(kept),
                window == null ? null : ScheduleDto.of(window));
    }

    /**
     * The rule in the core's words.
     *
     * @throws PluginException {@code INVALID_CONFIG} if the window or the retention makes no sense
     */
    public PolicySpec.Copy toCopy() throws PluginException {
        return new PolicySpec.Copy(
                destinationId,
                retention == null ? null : retention.toRule(),
                window == null ? null : window.toSchedule());
    }
}

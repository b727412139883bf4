package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots are kept, of those that this appliance made. Whichever limit is reached first removes one; the last one may go,
 * too, because a snapshot is no backup.
 *
 * @param versions how many of the newest are kept, at least 1; no limit if absent
 * @param days for how many days they are kept, at least 1; no limit if absent
 * @param keepMinimum the newest that always stay, however old; 0 if absent
 */
public record SnapshotRuleDto(
        @Nullable Integer versions,
        @Nullable Integer days,
        @Nullable Integer keepMinimum) {

    /**
     * The rule in the core's words.
     *
     * @throws PluginException {@code INVALID_CONFIG} if nothing is limited or a number makes no sense
     */
    public RetentionRule toRule() throws PluginException {
        if (versions == null && days == null) {
            throw new PluginException(ErrorKind.INVALID_CONFIG, "say how many versions, or for how many days, to keep");
        }
        try {
            int minimum = keepMinimum == null ? 0 : keepMinimum;
            return new RetentionRule(
                    new Limits(versions, days), null, null, false, minimum, Duration.ZERO, ZoneOffset.UTC);
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "this retention rule makes no sense: " + e.getMessage(), e);
        }
    }
}

package io.holdfast.access.model;

import io.holdfast.core.policy.RetentionRule;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the backups of an instance. With neither limits nor keep rules everything is kept.
 *
 * @param full limits of full backups
 * @param incremental limits of incremental backups
 * @param keep keep rules, in which both classes count alike
 * @param keepLastWhileSourceExists whether the newest good backup stays as long as the instance exists; true if absent
 * @param keepMinimum the newest good backups of each instance that always stay; 1 if absent
 * @param protectFor nothing younger is ever removed; no such floor if absent
 * @param zone where days begin, such as Europe/Berlin; UTC if absent
 */
public record RetentionRuleDto(
        @Nullable LimitsDto full,
        @Nullable LimitsDto incremental,
        @Nullable KeepDto keep,
        @Nullable Boolean keepLastWhileSourceExists,
        @Nullable Integer keepMinimum,
        @Nullable Duration protectFor,
        @Nullable String zone) {

    /** A rule as administrators see it. */
    public static RetentionRuleDto of(RetentionRule r) {
        RetentionRule.KeepRule k = r.keep();
        return new RetentionRuleDto(
                shown(r.full()),
                shown(r.incremental()),
                k == null
                        ? null
                        : new KeepDto(k.last(), k.hourly(), k.daily(), k.weekly(), k.monthly(), k.yearly(), k.within()),
                r.keepLastWhileSourceExists(),
                r.keepMinimum(),
                r.protectFor(),
                r.zone().getId());
    }

    private static @Nullable LimitsDto shown(RetentionRule.@Nullable Limits limits) {
        return limits == null ? null : new LimitsDto(limits.versions(), limits.days());
    }

    /**
     * The rule in the core's words.
     *
     * @throws PluginException {@code INVALID_CONFIG} if a number or the zone makes no sense
     */
    public RetentionRule toRule() throws PluginException {
        try {
            return new RetentionRule(
                    limits(full),
                    limits(incremental),
                    keep == null ? null : rule(keep),
                    keepLastWhileSourceExists == null || keepLastWhileSourceExists,
                    keepMinimum == null ? 1 : keepMinimum,
                    protectFor == null ? Duration.ZERO : protectFor,
                    zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "this retention rule makes no sense: " + e.getMessage(), e);
        }
    }

    private static RetentionRule.@Nullable Limits limits(@Nullable LimitsDto limits) {
        return limits == null ? null : new RetentionRule.Limits(limits.versions(), limits.days());
    }

    private static RetentionRule.KeepRule rule(KeepDto k) {
        return new RetentionRule.KeepRule(
                count(k.last()),
                count(k.hourly()),
                count(k.daily()),
                count(k.weekly()),
                count(k.monthly()),
                count(k.yearly()),
                k.within() == null ? Duration.ZERO : k.within());
    }

    private static int count(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.policy.InstanceMatch;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy to make, or what one is changed to.
 *
 * @param name unique among policies
 * @param kind what it makes; cannot be changed
 * @param enabled whether its schedules run; true if absent
 * @param priority 0 to 100, higher first: which of several policies gets an instance; 50 if absent
 * @param destinationId where backups are kept; absent for snapshots
 * @param instances ids of instances that are covered whatever the rules say
 * @param include rules about further instances, also those that are found later; one that holds is enough
 * @param exclude rules that win over those that include
 * @param schedules when it runs; only by hand if absent
 * @param retention what is kept; everything if absent
 * @param proof which backups are proven by booting; none if absent
 * @param copyTo where backups are copied to when a run has ended; nowhere if absent
 */
public record PolicyInput(
        String name,
        Policy.Kind kind,
        @Nullable Boolean enabled,
        @Nullable Integer priority,
        @Nullable String destinationId,
        @Nullable List<String> instances,
        @Nullable List<InstanceRuleDto> include,
        @Nullable List<InstanceRuleDto> exclude,
        @Nullable List<ScheduleDto> schedules,
        @Nullable RetentionRuleDto retention,
        @Nullable ProofRuleDto proof,
        @Nullable CopyRuleDto copyTo) {

    /**
     * The policy in the core's words.
     *
     * @throws PluginException {@code INVALID_CONFIG} if a schedule or the retention makes no sense
     */
    public PolicySpec toSpec() throws PluginException {
        List<Schedule> times = new ArrayList<>();
        for (ScheduleDto schedule : schedules == null ? List.<ScheduleDto>of() : schedules) {
            times.add(schedule.toSchedule());
        }
        return new PolicySpec(
                name,
                kind,
                enabled == null || enabled,
                priority == null ? PolicySpec.DEFAULT_PRIORITY : priority,
                destinationId,
                instances == null ? Set.of() : Set.copyOf(instances),
                matches(include),
                matches(exclude),
                times,
                retention == null ? null : retention.toRule(),
                proof == null ? null : proof.toProof(),
                copyTo == null ? null : copyTo.toCopy());
    }

    private static List<InstanceMatch> matches(@Nullable List<InstanceRuleDto> rules) {
        return rules == null
                ? List.of()
                : rules.stream().map(InstanceRuleDto::toMatch).toList();
    }
}

package io.holdfast.access.model;

import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicySpec;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is protected without anybody asking.
 *
 * @param id made by the appliance
 * @param name unique among policies
 * @param kind what it makes
 * @param enabled whether its schedules run; a policy that is switched off keeps its instances
 * @param priority 0 to 100, higher first
 * @param destinationId where backups are kept
 * @param instances ids of instances that are covered whatever the rules say
 * @param include rules about further instances
 * @param exclude rules that win over those that include
 * @param schedules when it runs
 * @param retention what is kept; everything if absent
 * @param proof which backups are proven by booting
 * @param copyTo where backups are copied to when a run has ended
 * @param created when it was made
 * @param runs how often it has run
 * @param lastRun the newest run that is remembered
 * @param nextDue when it is due next
 */
public record PolicyDto(
        String id,
        String name,
        Policy.Kind kind,
        boolean enabled,
        int priority,
        @Nullable String destinationId,
        List<String> instances,
        List<InstanceRuleDto> include,
        List<InstanceRuleDto> exclude,
        List<ScheduleDto> schedules,
        @Nullable RetentionRuleDto retention,
        @Nullable ProofRuleDto proof,
        @Nullable CopyRuleDto copyTo,
        Instant created,
        long runs,
        @Nullable PolicyRunDto lastRun,
        @Nullable Instant nextDue) {

    /** A policy as administrators see it. */
    public static PolicyDto of(PolicyInfo p) {
        PolicySpec s = p.spec();
        RetentionRule retention = s.retention();
        PolicySpec.Proof proof = s.proof();
        PolicySpec.Copy copy = s.copy();
        PolicyRun last = p.lastRun();
        return new PolicyDto(
                p.id(),
                s.name(),
                s.kind(),
                s.enabled(),
                s.priority(),
                s.destinationId(),
                List.copyOf(new TreeSet<>(s.instances())),
                s.include().stream().map(InstanceRuleDto::of).toList(),
                s.exclude().stream().map(InstanceRuleDto::of).toList(),
                s.schedules().stream().map(ScheduleDto::of).toList(),
                retention == null ? null : RetentionRuleDto.of(retention),
                proof == null ? null : ProofRuleDto.of(proof),
                copy == null ? null : CopyRuleDto.of(copy),
                p.created(),
                p.runs(),
                last == null ? null : PolicyRunDto.of(last),
                p.nextDue());
    }

    /** What somebody can change, to tell whether it was changed. */
    public PolicyInput input() {
        return new PolicyInput(
                name,
                kind,
                enabled,
                priority,
                destinationId,
                instances,
                include,
                exclude,
                schedules,
                retention,
                proof,
                copyTo);
    }
}

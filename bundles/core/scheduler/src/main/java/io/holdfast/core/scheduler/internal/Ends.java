package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.Coverage;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends runs whose instances are all through, and then lets retention begin, not more often than is asked for. */
final class Ends {

    private static final Logger LOG = LoggerFactory.getLogger(Ends.class);
    private static final int AT_ONCE = 1_000;
    private static final int INSTANCES_AT_ONCE = 10_000;

    private final Catalog catalog;
    private final Workflows workflows;
    private final IdSource ids;
    private final Estates estates;
    private final Copies copies;
    private final Duration between;
    private final Clock clock;

    /** @param between how much time passes at least between two retentions of one policy */
    Ends(Catalog catalog, Workflows workflows, IdSource ids, Estates estates, Duration between, Clock clock) {
        this.catalog = catalog;
        this.workflows = workflows;
        this.ids = ids;
        this.estates = estates;
        this.copies = new Copies(catalog, workflows, clock);
        this.between = between;
        this.clock = clock;
    }

    void endThrough() {
        for (PolicyRun run : catalog.policies().openRuns(AT_ONCE)) {
            boolean through = catalog.policies().items(run.id()).stream()
                    .allMatch(i -> i.state().ended());
            if (through && copied(run) && catalog.policies().endRun(run.id(), clock.instant())) {
                catalog.policies().find(run.policyId()).ifPresent(p -> retain(p, run));
            }
        }
    }

    /** Whether the copies of a run were asked for, or need not be. */
    private boolean copied(PolicyRun run) {
        return catalog.policies()
                .find(run.policyId())
                .map(policy -> copies.begin(Definitions.read(policy), run))
                .orElse(true);
    }

    private void retain(Policy policy, PolicyRun run) {
        PolicySpec spec = Definitions.read(policy);
        PolicySpec.Copy copy = spec.copy();
        RetentionRule copyRule = copy == null ? null : copy.retention();
        Instant now = clock.instant();
        Instant last = policy.retained();
        boolean due = last == null || last.isAfter(now) || !last.plus(between).isAfter(now);
        boolean asked = spec.retention() != null && spec.destinationId() != null || copyRule != null;
        if (!asked || !due || !catalog.policies().retain(policy, now)) {
            return;
        }
        retain(policy, spec, run, spec.destinationId(), spec.retention());
        retain(policy, spec, run, copy == null ? null : copy.destinationId(), copyRule);
    }

    private void retain(
            Policy policy, PolicySpec spec, PolicyRun run, @Nullable String destination, @Nullable RetentionRule rule) {
        if (destination == null || rule == null) {
            return;
        }
        List<String> covered = estates.decisions(policy).stream()
                .filter(Coverage.Decision::covered)
                .map(d -> d.instance().id())
                .toList();
        for (int from = 0; from < covered.size(); from += INSTANCES_AT_ONCE) {
            Set<String> part = new HashSet<>(covered.subList(from, Math.min(covered.size(), from + INSTANCES_AT_ONCE)));
            prune(spec, run, new WorkflowRequest.PruneInstances(destination, part, rule));
        }
    }

    private void prune(PolicySpec spec, PolicyRun run, WorkflowRequest request) {
        try {
            workflows.submit(
                    request, new Submission(Progress.origin(spec, run), spec.priority(), null, null, ids.next()));
        } catch (PluginException e) {
            LOG.warn("the retention of policy '{}' could not begin; it is tried after a later run", spec.name(), e);
        }
    }
}

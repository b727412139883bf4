package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyItem.State;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs further: writes the workflows that were planned, and those that follow. Every step may be done by any server and again
 * after a crash: a workflow has the id that was planned for it, and an item is changed only if it is still as it was read.
 */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final int AT_ONCE = 10_000;
    private static final int ORIGIN = 64;
    private static final int DESCRIPTION = 500;

    private final Catalog catalog;
    private final Workflows workflows;
    private final Clock clock;

    Progress(Catalog catalog, Workflows workflows, Clock clock) {
        this.catalog = catalog;
        this.workflows = workflows;
        this.clock = clock;
    }

    void submitPlanned() {
        for (PolicyItem item : catalog.policies().itemsIn(Set.of(State.PLANNED), AT_ONCE)) {
            Optional<Policy> policy = catalog.policies().find(item.policyId());
            Optional<PolicyRun> run = catalog.policies().findRun(item.runId());
            if (policy.isPresent() && run.isPresent()) {
                safely(item, () -> submit(item, Definitions.read(policy.get()), run.get()));
            }
        }
    }

    /** A policy that cannot be read, because a newer release wrote it, does not keep others from running. */
    private static void safely(PolicyItem item, Runnable step) {
        try {
            step.run();
        } catch (IllegalArgumentException e) {
            LOG.warn("policy {} makes no sense to this release", item.policyId(), e);
        }
    }

    private void submit(PolicyItem item, PolicySpec spec, PolicyRun run) {
        Instant closes = run.closes();
        Duration left = closes == null ? null : Duration.between(clock.instant(), closes);
        if (left != null && (left.isNegative() || left.isZero())) {
            end(item, State.FAILED, Reasons.WINDOW, "Its window closed at " + closes + ".");
            return;
        }
        try {
            workflows.submit(
                    request(item, spec, run),
                    new Submission(origin(spec, run), spec.priority(), null, left, item.id()));
            end(item, State.SUBMITTED, "", "");
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.UNAVAILABLE) {
                LOG.warn("policy '{}' could not begin for {}; it tries again", spec.name(), item.instanceId(), e);
            } else {
                end(item, State.FAILED, e.kind().name(), String.valueOf(e.getMessage()));
            }
        }
    }

    private static WorkflowRequest request(PolicyItem item, PolicySpec spec, PolicyRun run) {
        String destination = spec.destinationId();
        if (destination != null) {
            return new WorkflowRequest.BackUp(item.instanceId(), destination, run.full());
        }
        String why = limited("policy " + spec.name(), DESCRIPTION);
        return new WorkflowRequest.Snapshot(item.instanceId(), new SnapshotOrder.Take("", why, false));
    }

    static String origin(PolicySpec spec, PolicyRun run) {
        return run.origin().equals(Starter.BY_SCHEDULE) ? limited("policy " + spec.name(), ORIGIN) : run.origin();
    }

    private static String limited(String text, int length) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        if (line.length() <= length) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(length - 1)) ? length - 1 : length;
        return line.substring(0, end);
    }

    void followSubmitted() {
        List<PolicyItem> submitted = catalog.policies().itemsIn(Set.of(State.SUBMITTED), AT_ONCE);
        if (submitted.isEmpty()) {
            return;
        }
        // after the items: what ends in between is looked at, too
        Set<String> active = active();
        for (PolicyItem item : submitted) {
            if (active.contains(item.id())) {
                continue;
            }
            Optional<Workflow> workflow = workflows.find(item.id());
            if (workflow.isEmpty()) {
                end(item, State.FAILED, Reasons.FORGOTTEN, "Its workflow is not remembered any more.");
            } else if (workflow.get().state().ended()) {
                safely(item, () -> ended(item, workflow.get()));
            }
        }
    }

    private Set<String> active() {
        return Page.all(page -> catalog.workflows().list(WorkflowFilter.all().in(Estates.NOT_ENDED), page)).stream()
                .map(Workflow::id)
                .collect(Collectors.toSet());
    }

    private void ended(PolicyItem item, Workflow workflow) {
        boolean good =
                workflow.state() == WorkflowState.FINISHED || workflow.state() == WorkflowState.FINISHED_WITH_WARNINGS;
        if (!good) {
            String reason = workflow.errorKind().isEmpty() ? workflow.state().name() : workflow.errorKind();
            end(item, State.FAILED, reason, workflow.message());
        } else if (item.followUp().isEmpty()) {
            end(item, State.DONE, "", workflow.message());
        } else {
            follow(item, workflow);
        }
    }

    private void follow(PolicyItem item, Workflow workflow) {
        Optional<Policy> policy = catalog.policies().find(item.policyId());
        Optional<PolicyRun> run = catalog.policies().findRun(item.runId());
        if (policy.isEmpty() || run.isEmpty()) {
            return; // they have left with the item
        }
        PolicySpec spec = Definitions.read(policy.get());
        Optional<WorkflowRequest> request = followUp(item, spec, workflow);
        try {
            if (request.isPresent()) {
                workflows.submit(
                        request.get(),
                        new Submission(origin(spec, run.get()), spec.priority(), null, null, item.followUp()));
            }
            end(item, State.DONE, "", workflow.message());
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.UNAVAILABLE) {
                end(item, State.DONE, Reasons.FOLLOW_UP, String.valueOf(e.getMessage()));
            }
        }
    }

    /** As the policy wants it now; empty if it does not any more. */
    private static Optional<WorkflowRequest> followUp(PolicyItem item, PolicySpec spec, Workflow workflow) {
        PolicySpec.Proof proof = spec.proof();
        RetentionRule retention = spec.retention();
        if (proof != null && !workflow.backupId().isEmpty()) {
            return Optional.of(
                    new WorkflowRequest.BootProof(workflow.backupId(), proof.providerId(), proof.settings()));
        } else if (spec.kind() == Policy.Kind.SNAPSHOT && retention != null) {
            return Optional.of(
                    new WorkflowRequest.Snapshot(item.instanceId(), new SnapshotOrder.Retain(retention, false)));
        }
        return Optional.empty();
    }

    private void end(PolicyItem item, State state, String reason, String message) {
        String followUp = state == State.FAILED || reason.equals(Reasons.FOLLOW_UP) ? "" : item.followUp();
        catalog.policies()
                .update(
                        item,
                        new PolicyItem(
                                item.id(),
                                item.runId(),
                                item.policyId(),
                                item.instanceId(),
                                state,
                                reason,
                                message,
                                followUp));
    }
}

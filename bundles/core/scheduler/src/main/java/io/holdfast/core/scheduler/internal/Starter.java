package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.IdSource;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.policy.Coverage;
import io.holdfast.core.policy.Retention;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.scheduler.PolicySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins runs: writes down, in one transaction, that a policy runs and what becomes of each of its instances. */
final class Starter {

    static final String BY_SCHEDULE = "schedule";

    private static final Logger LOG = LoggerFactory.getLogger(Starter.class);
    /** A clock that was set back by less makes schedules wait; by more, it was wrong before. */
    private static final Duration CLOCK_TOLERANCE = Retention.TOLERANCE;

    private final Catalog catalog;
    private final IdSource ids;
    private final Estates estates;
    private final Clock clock;

    Starter(Catalog catalog, IdSource ids, Estates estates, Clock clock) {
        this.catalog = catalog;
        this.ids = ids;
        this.estates = estates;
        this.clock = clock;
    }

    /** What is due, of all schedules that are. */
    private record Due(Instant time, boolean full, @Nullable Instant closes) {}

    /** Begins a run if one is due and nobody else has begun it. */
    void runIfDue(Policy policy) {
        Instant now = clock.instant();
        if (policy.evaluated().isAfter(now.plus(CLOCK_TOLERANCE))) {
            LOG.warn(
                    "policy '{}' was looked at in the future, {}: it is looked at from now on",
                    policy.name(),
                    policy.evaluated());
            catalog.policies().change(policy.id(), p -> evaluated(p, now));
            return;
        }
        due(Definitions.read(policy), policy.evaluated(), now)
                .ifPresent(due -> begin(policy, BY_SCHEDULE, due.full(), due.time(), due.closes(), due.time()));
    }

    private static Policy evaluated(Policy p, Instant time) {
        return new Policy(
                p.id(),
                p.name(),
                p.kind(),
                p.enabled(),
                p.priority(),
                p.destinationId(),
                p.definition(),
                p.created(),
                time,
                p.runs(),
                p.retained());
    }

    /** Several that are due at once are one run, a full one if one of them is. */
    private static Optional<Due> due(PolicySpec spec, Instant after, Instant now) {
        List<Due> due = new ArrayList<>();
        for (Schedule schedule : spec.schedules()) {
            schedule.due(after, now)
                    .ifPresent(t -> due.add(
                            new Due(t, schedule.full(), schedule.closes(t).orElse(null))));
        }
        Optional<Instant> latest = due.stream().map(Due::time).max(Instant::compareTo);
        Optional<Due> leading = due.stream().filter(Due::full).findFirst().or(() -> due.stream()
                .filter(d -> d.time().equals(latest.orElseThrow()))
                .findFirst());
        return leading.map(d -> new Due(latest.orElseThrow(), d.full(), d.closes()));
    }

    /** Begins a run that somebody asks for. */
    Optional<PolicyRun> runNow(Policy policy, boolean full, String user) {
        return begin(policy, user, full, clock.instant(), null, policy.evaluated());
    }

    private Optional<PolicyRun> begin(
            Policy policy, String origin, boolean full, Instant due, @Nullable Instant closes, Instant evaluated) {
        PolicyRun run = new PolicyRun(
                ids.next(), policy.id(), policy.runs() + 1, origin, full, due, closes, clock.instant(), null);
        List<PolicyItem> items = items(policy, run);
        if (!catalog.policies().begin(policy, evaluated, run, items)) {
            return Optional.empty();
        }
        LOG.info("policy '{}' runs for {} instances ({})", policy.name(), items.size(), origin);
        return Optional.of(run);
    }

    private List<PolicyItem> items(Policy policy, PolicyRun run) {
        Map<String, String> busy = busy(policy.kind());
        boolean follows = follows(Definitions.read(policy), run);
        List<PolicyItem> items = new ArrayList<>();
        for (Coverage.Decision decision : estates.decisions(policy)) {
            String instance = decision.instance().id();
            switch (decision.standing()) {
                case NAMED, MATCHED -> {
                    String why = busy.get(instance);
                    items.add(
                            why == null
                                    ? item(run, instance, PolicyItem.State.PLANNED, "", "", follows ? ids.next() : "")
                                    : skipped(run, instance, Reasons.BUSY, why));
                }
                case ABSENT -> items.add(skipped(run, instance, Reasons.ABSENT, "The last inventory did not find it."));
                case EXCLUDED ->
                    items.add(skipped(run, instance, Reasons.EXCLUDED, "A rule of the policy excludes it."));
                case TAKEN -> {
                    // the other policy tells of it
                }
            }
        }
        return items;
    }

    private PolicyItem skipped(PolicyRun run, String instance, String reason, String message) {
        return item(run, instance, PolicyItem.State.SKIPPED, reason, message, "");
    }

    private PolicyItem item(
            PolicyRun run, String instance, PolicyItem.State state, String reason, String message, String followUp) {
        return new PolicyItem(ids.next(), run.id(), run.policyId(), instance, state, reason, message, followUp);
    }

    private static boolean follows(PolicySpec spec, PolicyRun run) {
        if (spec.kind() == Policy.Kind.SNAPSHOT) {
            return spec.retention() != null;
        }
        PolicySpec.Proof proof = spec.proof();
        return proof != null && (run.number() - 1) % proof.every() == 0;
    }

    /** Instances about which the same is under way, whoever asked for it. */
    private Map<String, String> busy(Policy.Kind kind) {
        WorkflowType type = kind == Policy.Kind.BACKUP ? WorkflowType.BACKUP : WorkflowType.SNAPSHOT;
        Map<String, String> busy = new HashMap<>();
        for (Workflow w :
                Page.all(page -> catalog.workflows().list(WorkflowFilter.all().in(Estates.NOT_ENDED), page))) {
            if (w.type() == type) {
                busy.put(w.instanceId(), "Workflow " + w.id() + " of it has not ended.");
            }
        }
        for (PolicyItem planned : catalog.policies().itemsIn(Set.of(PolicyItem.State.PLANNED), Integer.MAX_VALUE)) {
            busy.putIfAbsent(planned.instanceId(), "What was planned for it before has not begun.");
        }
        return busy;
    }
}

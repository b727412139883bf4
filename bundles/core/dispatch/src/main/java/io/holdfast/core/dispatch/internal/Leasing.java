package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.worker.LeaseKey;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskParameters;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Chooses which queued tasks a node gets: by priority, then age, within all limits, never two on one exclusive thing.
 *
 * <p>One server decides one node at a time. Several servers may decide at the same moment; then each looks again after it
 * has written, and whoever finds that a limit or an exclusion is broken gives its task back before the node has heard of
 * it. Since both have written before either looks, at least one of them sees the other.
 */
final class Leasing {

    private static final int LOOK_AT = 5_000;
    private static final Set<TaskState> UNFINISHED = Set.of(TaskState.WAITING, TaskState.QUEUED, TaskState.RUNNING);

    private final Catalog catalog;
    private final Ledger ledger;
    private final Life life;
    private final LiveTasks live;
    private final LeaseWatch watch;
    private final DispatchSettings settings;
    private final Clock clock;
    private final Supplier<String> tokens;

    Leasing(
            Catalog catalog,
            Ledger ledger,
            Life life,
            LiveTasks live,
            LeaseWatch watch,
            DispatchSettings settings,
            Clock clock,
            Supplier<String> tokens) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.life = life;
        this.live = live;
        this.watch = watch;
        this.settings = settings;
        this.clock = clock;
        this.tokens = tokens;
    }

    synchronized List<TaskLease> lease(LeaseRequest request) {
        List<Task> unfinished = catalog.workflows().tasksIn(UNFINISHED, LOOK_AT);
        if (unfinished.stream().noneMatch(t -> t.state() == TaskState.QUEUED)) {
            return List.of();
        }
        Usage usage = new Usage(settings, unfinished);
        Map<TaskKind, Integer> free = new EnumMap<>(TaskKind.class);
        free.putAll(request.freeSlots());
        List<TaskLease> leases = new ArrayList<>();
        for (Task task : unfinished) {
            if (task.state() != TaskState.QUEUED) {
                continue;
            }
            Optional<String> why = unfit(task, request, free).or(() -> usage.blocked(task));
            if (why.isPresent()) {
                live.waits(task.id(), why.get());
                continue;
            }
            Optional<TaskLease> lease = take(task, request.nodeId());
            if (lease.isPresent()) {
                usage.take(task);
                free.merge(kind(task), -1, Integer::sum);
                leases.add(lease.get());
            }
        }
        return leases;
    }

    private Optional<String> unfit(Task task, LeaseRequest request, Map<TaskKind, Integer> free) {
        Instant due = task.notBefore();
        if (due != null && due.isAfter(clock.instant()) && !clockWentBack(task, due)) {
            return Optional.of(task.message().isEmpty() ? "waits until " + due : task.message());
        }
        Map<String, String> p = task.parameters();
        String node = p.get(TaskParameters.NODE);
        if (node != null && !node.equals(request.nodeId())) {
            return Optional.of("waits for node " + node);
        }
        String strategy = p.get(Names.STRATEGY);
        if (strategy != null && !request.strategyTypes().contains(strategy)) {
            return Optional.of("waits for a node with the strategy '" + strategy + "'");
        }
        String type = p.get(Names.DESTINATION_TYPE);
        if (type != null && !request.destinationTypes().contains(type)) {
            return Optional.of("waits for a node with the destination type '" + type + "'");
        }
        if (free.getOrDefault(kind(task), 0) <= 0) {
            return Optional.of(request.refusals().getOrDefault(kind(task), "waits for a node with a free slot"));
        }
        return Optional.empty();
    }

    /** A wait between attempts that is longer than any can be was computed by a clock that has gone back since. */
    private boolean clockWentBack(Task task, Instant due) {
        return task.attempt() > 0
                && due.isAfter(clock.instant().plus(settings.retry().longest().multipliedBy(2)));
    }

    private Optional<TaskLease> take(Task task, String nodeId) {
        String token = tokens.get();
        Instant now = clock.instant();
        Optional<Task> taken = ledger.change(
                        task.workflowId(),
                        f -> life.leased(f, task.id(), nodeId, token, now, now.plus(settings.leaseDuration())))
                .flatMap(f -> f.task(task.id()))
                .filter(t -> t.leaseToken().equals(token));
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        if (collides(taken.get())) {
            ledger.change(
                    task.workflowId(), f -> life.givenBack(f, task.id(), "another server was first", clock.instant()));
            return Optional.empty();
        }
        watch.heard(taken.get());
        return taken.map(
                t -> new TaskLease(new LeaseKey(t.id(), token), kind(t), t.workflowId(), t.attempt(), t.parameters()));
    }

    private boolean collides(Task task) {
        List<Task> others = catalog.workflows().tasksIn(Set.of(TaskState.RUNNING), LOOK_AT).stream()
                .filter(t -> !t.id().equals(task.id()))
                .toList();
        return new Usage(settings, others).blocked(task).isPresent();
    }

    static TaskKind kind(Task task) {
        return TaskKind.valueOf(task.type().name());
    }

    static TaskType type(TaskKind kind) {
        return TaskType.valueOf(kind.name());
    }
}

package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** What has to happen without anybody asking: leases end, waits end, windows close, old things go. */
final class Housekeeping {

    private static final int LOOK_AT = 5_000;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration SWEEP = Duration.ofHours(1);
    /** Lists show for so long that a token has expired. */
    private static final Duration KEEP_EXPIRED_TOKENS = Duration.ofDays(30);

    private static final Set<TaskState> ACTIVE = Set.of(TaskState.QUEUED, TaskState.RUNNING);

    private final Catalog catalog;
    private final LeaseWatch watch;
    private final LiveTasks live;
    private final DispatchSettings settings;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Actions actions;
    private Instant lastLook = Instant.MIN;
    private long lastSweep;
    private boolean swept;

    /** What is to be done about a task. */
    interface Actions {
        /** The node that had it is gone. */
        void lost(Task task, String why);

        /** It was not started in time. */
        void missedWindow(Task task, String why);

        /** A wait has ended: nodes should ask. */
        void due();

        /** Undo what workflows that have ended left. */
        void cleanLeftovers();

        /** Undo what a task left that does not run any more. */
        void cleanLeftovers(Task task);
    }

    Housekeeping(
            Catalog catalog,
            LeaseWatch watch,
            LiveTasks live,
            DispatchSettings settings,
            Clock clock,
            LongSupplier nanos,
            Actions actions) {
        this.catalog = catalog;
        this.watch = watch;
        this.live = live;
        this.settings = settings;
        this.clock = clock;
        this.nanos = nanos;
        this.actions = actions;
    }

    /**
     * Looks once.
     *
     * @return after how long to look again if nothing happens before
     */
    synchronized Duration look() {
        Instant now = clock.instant();
        List<Task> active = catalog.workflows().tasksIn(ACTIVE, LOOK_AT);
        List<Task> running =
                active.stream().filter(t -> t.state() == TaskState.RUNNING).toList();
        String silent =
                "its node was not heard of for " + settings.leaseDuration().toSeconds() + " s";
        watch.look(running).forEach(t -> actions.lost(t, silent));
        Duration next = running.isEmpty() ? IDLE : settings.leaseDuration().dividedBy(3);
        boolean due = false;
        for (Task task : active) {
            if (task.state() != TaskState.QUEUED) {
                continue;
            }
            Optional<Instant> closes = window(task);
            if (closes.isPresent() && closes.get().isBefore(now)) {
                String why = live.whyWaiting(task.id()).orElse("no node asked for it");
                actions.missedWindow(task, "It was not started by " + closes.get() + ": " + why + ".");
                continue;
            }
            Instant wait = task.notBefore();
            due |= wait != null && !wait.isAfter(now) && wait.isAfter(lastLook);
            next = shorter(shorter(next, now, closes), now, Optional.ofNullable(wait));
        }
        lastLook = now;
        if (due) {
            actions.due();
        }
        sweep(now);
        return next;
    }

    private static Optional<Instant> window(Task task) {
        String text = task.parameters().get(Names.START_BY);
        return text == null || task.attempt() > 0 ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static Duration shorter(Duration next, Instant now, Optional<Instant> event) {
        if (event.isEmpty() || !event.get().isAfter(now)) {
            return next;
        }
        Duration until = Duration.between(now, event.get()).plusMillis(1);
        return until.compareTo(next) < 0 ? until : next;
    }

    private void sweep(Instant now) {
        long elapsed = nanos.getAsLong() - lastSweep;
        if (swept && elapsed < SWEEP.toNanos()) {
            return;
        }
        swept = true;
        lastSweep = nanos.getAsLong();
        actions.cleanLeftovers();
        catalog.workflows().removeEndedBefore(now.minus(settings.keepWorkflows()));
        catalog.tokens().removeExpiredBefore(now.minus(KEEP_EXPIRED_TOKENS));
    }
}

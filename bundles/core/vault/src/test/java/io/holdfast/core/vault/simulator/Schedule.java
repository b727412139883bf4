package io.holdfast.core.vault.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives the turn to one actor at a time. An actor is a thread; it keeps the turn until it is about to touch the store, lets time
 * pass or ends, and then chooses itself who is next: often itself, which costs no change of threads. Time is a number that grows
 * with each turn. So everything follows from the seed.
 */
final class Schedule {

    private static final long HANG_SECONDS = 60;
    private static final long MAX_STEPS = 400_000;

    /** Something that happens later, in nobody's thread. */
    private record Event(long at, long number, Runnable what) {}

    /** A thread of the simulation. */
    final class Actor {
        final String name;
        private final Thread thread;
        private final Semaphore go = new Semaphore(0);
        private long sleepsUntil;

        private Actor(String name, Runnable life) {
            this.name = name;
            this.thread = new Thread(() -> run(life), "simulated-" + name);
            thread.setDaemon(true);
        }

        private void run(Runnable life) {
            go.acquireUninterruptibly();
            try {
                life.run();
            } catch (Throwable e) {
                fail(name + " ended by " + e, e);
            } finally {
                actors.remove(this);
                give(choose());
            }
        }

        /** Gives the turn away until this one is chosen again. Called by its own thread. */
        void turn() {
            Actor next = choose();
            if (next == this) {
                current = this;
            } else {
                give(next);
                go.acquireUninterruptibly();
            }
        }

        /** Sleeps in simulated time. */
        void sleep(Duration time) {
            sleepsUntil = nanos + time.toNanos();
            turn();
        }

        /** Is not chosen for that long, as a process that the machine has forgotten. */
        void stall(Duration time) {
            sleepsUntil = Math.max(sleepsUntil, nanos + time.toNanos());
        }
    }

    final Random random;
    private final Semaphore over = new Semaphore(0);
    private final List<Actor> actors = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private volatile @Nullable Actor current;
    private volatile @Nullable AssertionError failure;
    private long nanos;
    private volatile long steps;
    private long eventNumber;
    private long trace = 17;
    private final List<String> last = new ArrayList<>();

    Schedule(long seed) {
        random = new Random(seed);
    }

    Actor actor(String name, Runnable life) {
        Actor actor = new Actor(name, life);
        actors.add(actor);
        actor.thread.start();
        return actor;
    }

    long nanos() {
        return nanos;
    }

    long steps() {
        return steps;
    }

    /** Who has the turn; null if the schedule itself has, for an event or a check. */
    @Nullable
    Actor current() {
        return current;
    }

    /** Time passes, while nobody has the turn. */
    void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Something happens after that time. */
    void after(Duration time, Runnable what) {
        events.add(new Event(nanos + time.toNanos(), eventNumber++, what));
    }

    /** Adds a line to the story; equal stories have equal traces. */
    void tell(String line) {
        trace = trace * 1_000_003 + line.hashCode();
        last.add(steps + " " + nanos / 1_000_000 + "ms " + line);
        if (last.size() > 4000) {
            last.subList(0, 2000).clear();
        }
    }

    long trace() {
        return trace;
    }

    /** The last lines of the story. */
    List<String> last(int count) {
        return last.subList(Math.max(0, last.size() - count), last.size());
    }

    /** The first failure ends the story. */
    void fail(String what, @Nullable Throwable why) {
        if (failure == null) {
            failure = new AssertionError(what, why);
            tell("FAILED " + what);
        }
    }

    /** Runs until all actors have ended or something failed. */
    void run() {
        give(choose());
        try {
            for (long before = steps; !over.tryAcquire(HANG_SECONDS, TimeUnit.SECONDS); before = steps) {
                if (steps == before) {
                    hang();
                    break;
                }
            }
        } catch (InterruptedException e) {
            fail("interrupted", e);
        }
        rethrow();
    }

    private void hang() {
        Actor actor = current;
        StringBuilder stack = new StringBuilder((actor == null ? "an event" : actor.name) + " does not come back:");
        for (StackTraceElement e : actor == null ? new StackTraceElement[0] : actor.thread.getStackTrace()) {
            stack.append("\n    at ").append(e);
        }
        fail(stack.toString(), null);
    }

    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Lets time pass until somebody can move, and chooses who does; null if the story is over. */
    private @Nullable Actor choose() {
        current = null;
        while (failure == null && !actors.isEmpty()) {
            Actor next = step();
            if (next != null && failure == null) {
                return next;
            }
        }
        return null;
    }

    private @Nullable Actor step() {
        if (++steps > MAX_STEPS) {
            fail("nothing ends: " + MAX_STEPS + " steps", null);
            return null;
        }
        nanos += random.nextInt(40) * 1_000_000L;
        runDue();
        List<Actor> ready = new ArrayList<>();
        for (Actor actor : actors) {
            if (actor.sleepsUntil <= nanos) {
                ready.add(actor);
            }
        }
        if (ready.isEmpty()) {
            jump();
            return null;
        }
        return failure == null ? ready.get(random.nextInt(ready.size())) : null;
    }

    private void runDue() {
        Event due = null;
        for (Event event : events) {
            boolean earlier =
                    due == null || event.at() < due.at() || event.at() == due.at() && event.number() < due.number();
            if (event.at() <= nanos && earlier) {
                due = event;
            }
        }
        if (due != null) {
            events.remove(due);
            happen(due);
        }
    }

    /** In the thread of whoever had the turn, but not in its name. */
    private void happen(Event event) {
        try {
            event.what().run();
        } catch (RuntimeException | Error e) {
            fail("an event ended by " + e, e);
        }
    }

    /** Nobody can move: time goes on to when somebody can. */
    private void jump() {
        long next = Long.MAX_VALUE;
        for (Actor actor : actors) {
            next = Math.min(next, actor.sleepsUntil);
        }
        for (Event event : events) {
            next = Math.min(next, event.at());
        }
        nanos = Math.max(nanos, next);
    }

    private void give(@Nullable Actor actor) {
        current = actor;
        if (actor == null) {
            over.release();
        } else {
            actor.go.release();
        }
    }
}

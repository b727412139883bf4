package io.holdfast.testkit.fault;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Decides which calls go wrong, and how. The first rule that fits wins; every rule counts every call. Safe for use from any
 * thread; with several threads the order of calls, and so what a seed does, is theirs.
 */
public final class FaultPlan {

    /**
     * A fault that was injected.
     *
     * @param number of the call among all calls, from 1
     * @param operation of the call
     * @param subject the key or the name that the call was about
     * @param fault what went wrong
     */
    public record Injected(long number, Operation operation, String subject, Fault fault) {}

    private interface Rule {
        Optional<Fault> decide(Operation operation, String subject);
    }

    private final Random random;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Injected> history = new ArrayList<>();
    private long calls;
    private boolean crashed;
    private boolean healed;

    private FaultPlan(long seed) {
        this.random = new Random(seed);
    }

    /** A plan without faults as yet. */
    public static FaultPlan none() {
        return new FaultPlan(0);
    }

    /** A plan without faults as yet, whose random ones follow from a seed. Print the seed when a test fails. */
    public static FaultPlan seeded(long seed) {
        return new FaultPlan(seed);
    }

    /** The nth call of that operation goes wrong, counted from 1. */
    public FaultPlan on(Operation operation, long nth, Fault fault) {
        return on(operation, subject -> true, nth, nth, fault);
    }

    /** Every call of that operation goes wrong from the nth on: a disk is full, a server is down. */
    public FaultPlan from(Operation operation, long nth, Fault fault) {
        return on(operation, subject -> true, nth, Long.MAX_VALUE, fault);
    }

    /** Calls of that operation on matching subjects go wrong, from one number to another, counted among the matching. */
    public synchronized FaultPlan on(
            Operation operation, Predicate<String> subjects, long first, long last, Fault fault) {
        AtomicLong count = new AtomicLong();
        rules.add((called, subject) -> {
            if (called != operation || !subjects.test(subject)) {
                return Optional.empty();
            }
            long number = count.incrementAndGet();
            return number >= first && number <= last ? Optional.of(fault) : Optional.empty();
        });
        return this;
    }

    /** Calls of these operations go wrong by chance. */
    public synchronized FaultPlan randomly(double probability, Fault fault, Operation... operations) {
        Set<Operation> concerned = EnumSet.noneOf(Operation.class);
        concerned.addAll(List.of(operations));
        rules.add((called, subject) -> concerned.contains(called) && random.nextDouble() < probability
                ? Optional.of(fault)
                : Optional.empty());
        return this;
    }

    /** The nth call of all, whatever it is, is the last one: for tests that crash at every point in turn. */
    public synchronized FaultPlan crashAt(long nth, boolean afterwards) {
        rules.add((called, subject) -> calls == nth ? Optional.of(new Fault.Crashes(afterwards)) : Optional.empty());
        return this;
    }

    /** No further faults; what crashed works again. */
    public synchronized void heal() {
        healed = true;
        crashed = false;
    }

    /** What was injected so far, in order. */
    public synchronized List<Injected> history() {
        return new ArrayList<>(history);
    }

    /** How many calls there were so far. */
    public synchronized long calls() {
        return calls;
    }

    /** Whether everything fails. */
    public synchronized boolean crashed() {
        return crashed;
    }

    synchronized Optional<Fault> next(Operation operation, String subject) {
        calls++;
        if (healed) {
            return Optional.empty();
        }
        if (crashed) {
            return Optional.of(new Fault.Crashes(false));
        }
        Optional<Fault> fault = Optional.empty();
        for (Rule rule : rules) {
            Optional<Fault> decided = rule.decide(operation, subject);
            fault = fault.isPresent() ? fault : decided;
        }
        fault.ifPresent(injected -> {
            history.add(new Injected(calls, operation, subject, injected));
            crashed = injected instanceof Fault.Crashes;
        });
        return fault;
    }

    /** A number below the bound, from the seed. */
    synchronized int nextInt(int bound) {
        return random.nextInt(bound);
    }
}

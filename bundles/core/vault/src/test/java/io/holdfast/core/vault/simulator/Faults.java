package io.holdfast.core.vault.simulator;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** Decides what goes wrong, operation by operation, and counts it. */
final class Faults {

    /** What can go wrong on a store that keeps its contract. */
    enum Fault {
        /** All is well. */
        NONE,
        /** The process dies before the operation. */
        KILL_BEFORE,
        /** The process dies after it, before it knows. */
        KILL_AFTER,
        /** The process dies in the middle of it: it happens later, or never. */
        KILL_WITHIN,
        /** The operation fails, as with 503 or 429. */
        UNAVAILABLE,
        /** No answer, and nothing has happened. */
        TIMEOUT_WITHOUT_EFFECT,
        /** No answer, but it has happened. */
        TIMEOUT_AFTER_SUCCESS,
        /** No answer, and it happens later. */
        TIMEOUT_THEN_ARRIVAL,
        /** The client library puts twice and hears that the key is taken. */
        REPEATED,
        /** The store is full for this put. */
        FULL_ONCE,
        /** A read breaks off. */
        BROKEN_STREAM,
        /** From here on many operations fail for a while. */
        STORM,
        /** From here on nothing fits for a while. */
        FULL,
        /** The process gets no processor time for longer than anybody's patience. */
        STALL,
        /** The clock of the machine jumps by years. */
        CLOCK
    }

    /** Kinds of operations. */
    enum Operation {
        PUT,
        READ,
        STAT,
        LIST,
        DELETE
    }

    /** Whether listings are behind the times, as the store admits. */
    final boolean lateLists;

    private final Random random;
    private final double rate;
    private final Map<Fault, Long> counts;
    private int storm;
    private int full;
    private boolean off;
    private boolean paused;

    Faults(Random random, double rate, boolean lateLists) {
        this(random, rate, lateLists, new EnumMap<>(Fault.class));
    }

    private Faults(Random random, double rate, boolean lateLists, Map<Fault, Long> counts) {
        this.random = random;
        this.rate = rate;
        this.lateLists = lateLists;
        this.counts = counts;
    }

    /** The same for another store, which has storms of its own; what goes wrong is counted together. */
    Faults ofAnotherStore(boolean late) {
        return new Faults(random, rate, late, counts);
    }

    /** No more faults. */
    void off() {
        off = true;
    }

    /** None for a while. */
    void pause(boolean now) {
        paused = now;
    }

    /** Whether the store takes nothing now. */
    boolean full() {
        return !off && !paused && full > 0;
    }

    Map<Fault, Long> counts() {
        return counts;
    }

    long total() {
        return counts.values().stream().mapToLong(n -> n).sum();
    }

    private Fault count(Fault fault) {
        if (fault != Fault.NONE) {
            counts.merge(fault, 1L, Long::sum);
        }
        return fault;
    }

    /** What happens to the next operation. */
    Fault next(Operation operation, String key) {
        if (off || paused) {
            return Fault.NONE;
        }
        full = Math.max(0, full - 1);
        if (storm > 0) {
            storm--;
            if (random.nextInt(100) < 25) {
                return count(Fault.UNAVAILABLE);
            }
        }
        if (random.nextDouble() >= rate * weight(operation, key)) {
            return Fault.NONE;
        }
        Fault fault = choose(operation);
        switch (fault) {
            case STORM -> storm = 5 + random.nextInt(25);
            case FULL -> full = 5 + random.nextInt(40);
            default -> {}
        }
        return count(fault);
    }

    /** Most operations read, and few of them matter as much as one that changes something. */
    private static double weight(Operation operation, String key) {
        return switch (operation) {
            case PUT -> key.startsWith("index/") ? 4 : 1;
            case DELETE -> 1;
            case LIST -> 0.3;
            case READ, STAT -> 0.06;
        };
    }

    private Fault choose(Operation operation) {
        int n = random.nextInt(100);
        if (n < 12) {
            return Fault.KILL_BEFORE;
        } else if (n < 24) {
            return Fault.KILL_AFTER;
        } else if (n < 38) {
            return changes(operation) ? Fault.KILL_WITHIN : Fault.KILL_BEFORE;
        } else if (n < 50) {
            return Fault.UNAVAILABLE;
        } else if (n < 56) {
            return Fault.TIMEOUT_WITHOUT_EFFECT;
        } else if (n < 66) {
            return changes(operation) ? Fault.TIMEOUT_AFTER_SUCCESS : Fault.TIMEOUT_WITHOUT_EFFECT;
        } else if (n < 76) {
            return changes(operation) ? Fault.TIMEOUT_THEN_ARRIVAL : Fault.UNAVAILABLE;
        } else if (n < 82) {
            return operation == Operation.PUT ? Fault.REPEATED : Fault.UNAVAILABLE;
        } else if (n < 86) {
            return operation == Operation.PUT ? Fault.FULL_ONCE : Fault.BROKEN_STREAM;
        } else if (n < 90) {
            return Fault.STORM;
        } else if (n < 93) {
            return Fault.FULL;
        }
        return n < 98 ? Fault.STALL : Fault.CLOCK;
    }

    private static boolean changes(Operation operation) {
        return operation == Operation.PUT || operation == Operation.DELETE;
    }
}

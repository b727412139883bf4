package io.holdfast.testkit.fault;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Carries out those faults that are the same for every operation. */
final class Injection {

    /** A call that returns something. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws PluginException;
    }

    /** A call that returns nothing. */
    @FunctionalInterface
    interface Action {
        void run() throws PluginException;
    }

    private final FaultPlan plan;

    Injection(FaultPlan plan) {
        this.plan = plan;
    }

    FaultPlan plan() {
        return plan;
    }

    void run(Operation operation, String subject, Action action) throws PluginException {
        call(operation, subject, () -> {
            action.run();
            return true;
        });
    }

    <T> T call(Operation operation, String subject, Call<T> call) throws PluginException {
        return apply(plan.next(operation, subject), operation, subject, call);
    }

    /** Applies a fault that was decided already. */
    <T> T apply(Optional<Fault> decided, Operation operation, String subject, Call<T> call) throws PluginException {
        Fault fault = decided.orElse(null);
        before(fault, operation, subject);
        T result = call.run();
        if (fault instanceof Fault.FailsAfterwards fails) {
            throw failure(fails.kind(), operation, subject);
        }
        if (fault instanceof Fault.Crashes) {
            throw failure(ErrorKind.UNAVAILABLE, operation, subject);
        }
        return result;
    }

    private static void before(@Nullable Fault fault, Operation operation, String subject) throws PluginException {
        if (fault instanceof Fault.Fails fails) {
            throw failure(fails.kind(), operation, subject);
        } else if (fault instanceof Fault.Crashes crash && !crash.afterwards()) {
            throw failure(ErrorKind.UNAVAILABLE, operation, subject);
        } else if (fault instanceof Fault.Delays delay) {
            long end = System.nanoTime() + delay.by().toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        }
    }

    static PluginException failure(ErrorKind kind, Operation operation, String subject) {
        return new PluginException(kind, "injected: " + operation + " of '" + subject + "' failed");
    }

    /** A stream that lies, if the fault is one that streams have. */
    InputStream distort(Optional<Fault> fault, InputStream in, int lengthHint) {
        if (fault.orElse(null) instanceof Fault.FlipsBit) {
            return new DistortedStream(in, plan.nextInt(Math.max(1, lengthHint)), plan.nextInt(8), Long.MAX_VALUE);
        }
        if (fault.orElse(null) instanceof Fault.ShortensRead) {
            return new DistortedStream(in, -1, 0, plan.nextInt(Math.max(1, lengthHint)));
        }
        return in;
    }
}

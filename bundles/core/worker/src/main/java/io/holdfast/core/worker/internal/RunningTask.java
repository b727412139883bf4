package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.context.TaskLog;
import io.holdfast.spi.context.TransferContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A leased task and everything that accompanies it. */
final class RunningTask implements TaskContext, AutoCloseable {

    private final TaskLease lease;
    private final Clock clock;
    private final Path scratch;
    private final TaskCancellation cancellation = new TaskCancellation();
    private final Meter meter;
    private final LineBuffer lines;
    private final RemoteJournal journal;
    private final String nodeId;
    private final List<Throttle> limits;
    private volatile LineBuffer audible;
    private volatile String wish;

    private final TaskLog log = new TaskLog() {
        @Override
        public void info(String message) {
            audible.info(message);
        }

        @Override
        public void warn(String message) {
            audible.warn(message);
        }
    };

    RunningTask(
            TaskLease lease,
            ControlPlane plane,
            String nodeId,
            Path scratchRoot,
            Clock clock,
            LongSupplier nanos,
            List<Throttle> limits) {
        this.limits = List.copyOf(limits);
        this.nodeId = nodeId;
        this.lease = lease;
        this.clock = clock;
        this.scratch = scratchRoot.resolve(lease.key().taskId() + "-" + lease.attempt());
        this.meter = new Meter(nanos);
        this.lines = new LineBuffer(clock);
        this.audible = lines;
        this.journal = new RemoteJournal(plane, lease.key(), nodeId);
        this.wish = parameter(TaskParameters.END);
    }

    TaskLease lease() {
        return lease;
    }

    /** The node that runs it. */
    String nodeId() {
        return nodeId;
    }

    /** How far it is, with these lines of its log. */
    TaskReport report(List<LogLine> log) {
        return new TaskReport(lease.key(), meter.measure(), log);
    }

    String parameter(String name) {
        return lease.parameters().getOrDefault(name, "");
    }

    /** How somebody wants it to end, a value of {@link TaskParameters#END}; empty if nobody does. */
    String wish() {
        return wish;
    }

    /** Somebody wants it to end. */
    void wish(String how) {
        wish = how;
    }

    @Override
    public String taskId() {
        return lease.key().taskId();
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    TaskCancellation stopper() {
        return cancellation;
    }

    @Override
    public Progress progress() {
        return meter;
    }

    Meter meter() {
        return meter;
    }

    @Override
    public TaskLog log() {
        return log;
    }

    LineBuffer lines() {
        return lines;
    }

    /**
     * What was opened in this task outlives it and goes on in another one: what is logged and announced from now on is that
     * one's, because nobody hears of this one any more.
     */
    void goesOnIn(RunningTask other) {
        audible = other.lines;
        journal.under(other.lease.key());
    }

    @Override
    public SideEffectJournal journal() {
        return journal;
    }

    RemoteJournal remoteJournal() {
        return journal;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public synchronized Path scratchDirectory() {
        try {
            return Files.createDirectories(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the scratch directory " + scratch, e);
        }
    }

    /** What accompanies calls to the destination on behalf of this task. */
    TransferContext transfer() {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return cancellation;
            }

            @Override
            public void transferred(long bytes) {
                // progress is told by the vault
                limits.forEach(limit -> limit.take(bytes, cancellation));
            }
        };
    }

    /** What accompanies the half of a copy whose bytes are counted at the other end already. */
    TransferContext uncounted() {
        return new TransferContext() {
            @Override
            public Cancellation cancellation() {
                return cancellation;
            }

            @Override
            public void transferred(long bytes) {
                // what is written was read before, and held to the limits then
            }
        };
    }

    /** Waits, whether or not the task is cancelled. */
    void lull(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        Directories.delete(scratch);
    }
}

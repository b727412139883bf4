package io.holdfast.core.worker.internal;

import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.context.Progress;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Adds progress up. Reporting costs an addition; the rate is worked out when somebody looks. */
final class Meter implements Progress {

    /** How fast the rate follows: after so many seconds about two thirds of a change are seen. */
    private static final double MEMORY_SECONDS = 5;

    private static final int STEP_LENGTH = 200;

    private final LongSupplier nanos;
    private final LongAdder expectedBytes = new LongAdder();
    private final LongAdder expectedItems = new LongAdder();
    private final LongAdder doneBytes = new LongAdder();
    private final LongAdder doneItems = new LongAdder();
    private volatile String step = "";
    private long lastNanos;
    private long lastBytes;
    private double rate;

    Meter(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
    }

    @Override
    public void expect(long bytes, long items) {
        expectedBytes.add(bytes);
        expectedItems.add(items);
    }

    @Override
    public void done(long bytes, long items) {
        doneBytes.add(bytes);
        doneItems.add(items);
    }

    @Override
    public void step(String description) {
        String clean = LogText.escape(description);
        step = clean.length() > STEP_LENGTH ? clean.substring(0, STEP_LENGTH) : clean;
    }

    synchronized Measure measure() {
        long now = nanos.getAsLong();
        long bytes = doneBytes.sum();
        double seconds = (now - lastNanos) / 1e9;
        if (seconds > 0.05) {
            double present = (bytes - lastBytes) / seconds;
            double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
            rate = rate == 0 ? present : rate + weight * (present - rate);
            lastNanos = now;
            lastBytes = bytes;
        }
        return new Measure(
                step, bytes, expectedBytes.sum(), doneItems.sum(), expectedItems.sum(), Math.max(0, Math.round(rate)));
    }
}

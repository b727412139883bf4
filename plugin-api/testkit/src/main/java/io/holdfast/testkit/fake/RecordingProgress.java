package io.holdfast.testkit.fake;

import io.holdfast.spi.context.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up progress. Safe for use from any thread. */
public final class RecordingProgress implements Progress {

    private final AtomicLong expectedBytes = new AtomicLong();
    private final AtomicLong expectedItems = new AtomicLong();
    private final AtomicLong doneBytes = new AtomicLong();
    private final AtomicLong doneItems = new AtomicLong();
    private final List<String> steps = new CopyOnWriteArrayList<>();

    @Override
    public void expect(long bytes, long items) {
        requireNotNegative(bytes, items);
        expectedBytes.addAndGet(bytes);
        expectedItems.addAndGet(items);
    }

    @Override
    public void done(long bytes, long items) {
        requireNotNegative(bytes, items);
        doneBytes.addAndGet(bytes);
        doneItems.addAndGet(items);
    }

    @Override
    public void step(String description) {
        steps.add(description);
    }

    private static void requireNotNegative(long bytes, long items) {
        if (bytes < 0 || items < 0) {
            throw new IllegalArgumentException("negative progress: " + bytes + " bytes, " + items + " items");
        }
    }

    /** Bytes that were announced. */
    public long expectedBytes() {
        return expectedBytes.get();
    }

    /** Items that were announced. */
    public long expectedItems() {
        return expectedItems.get();
    }

    /** Bytes that were done. */
    public long doneBytes() {
        return doneBytes.get();
    }

    /** Items that were done. */
    public long doneItems() {
        return doneItems.get();
    }

    /** All steps, in order. */
    public List<String> steps() {
        return new ArrayList<>(steps);
    }
}

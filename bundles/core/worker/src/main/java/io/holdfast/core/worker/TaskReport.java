package io.holdfast.core.worker;

import java.time.Instant;
import java.util.List;

/**
 * How a running task is doing.
 *
 * @param key which
 * @param progress how far it is
 * @param log further lines of its log
 */
public record TaskReport(LeaseKey key, Measure progress, List<LogLine> log) {

    /** Copies the lines. */
    public TaskReport {
        log = List.copyOf(log);
    }

    /**
     * How far a task is.
     *
     * @param step what it is doing, in a few words
     * @param doneBytes bytes processed
     * @param expectedBytes bytes known to be ahead in all; 0 if unknown
     * @param doneItems files, disks or objects processed
     * @param expectedItems the same in all; 0 if unknown
     * @param bytesPerSecond rate of the last seconds
     */
    public record Measure(
            String step, long doneBytes, long expectedBytes, long doneItems, long expectedItems, long bytesPerSecond) {

        /** Nothing yet. */
        public static Measure none() {
            return new Measure("", 0, 0, 0, 0, 0);
        }
    }

    /**
     * One line of a task's log.
     *
     * @param time when, by the node's clock
     * @param warning whether it is worth looking at
     * @param message for administrators; without control characters, at most 4,000 characters
     */
    public record LogLine(Instant time, boolean warning, String message) {}
}

package io.holdfast.core.catalog;

/**
 * How far a task is.
 *
 * @param step what it is doing, in a few words
 * @param doneBytes bytes processed
 * @param expectedBytes bytes known to be ahead in all, at least {@code doneBytes} in the end; 0 if unknown
 * @param doneItems files, disks or objects processed
 * @param expectedItems the same in all; 0 if unknown
 */
public record TaskProgress(String step, long doneBytes, long expectedBytes, long doneItems, long expectedItems) {

    /** Nothing yet. */
    public static TaskProgress none() {
        return new TaskProgress("", 0, 0, 0, 0);
    }
}

package io.holdfast.core.vault;

import java.util.List;

/**
 * What a restore has done.
 *
 * @param bytes content written, holes not counted
 * @param entries files, directories, links and items created
 * @param skipped what the target left as it was
 * @param problems what could not be restored; at most 10,000
 * @param mendedPacks packs that are damaged and were read correctly by way of their parity
 */
public record RestoreReport(long bytes, long entries, long skipped, List<Problem> problems, long mendedPacks) {

    /** A restore that has met no damage. */
    public RestoreReport(long bytes, long entries, long skipped, List<Problem> problems) {
        this(bytes, entries, skipped, problems, 0);
    }

    /** The same report with that number of mended packs. */
    public RestoreReport withMendedPacks(long count) {
        return new RestoreReport(bytes, entries, skipped, problems, count);
    }

    /** Copies the list. */
    public RestoreReport {
        problems = List.copyOf(problems);
    }
}

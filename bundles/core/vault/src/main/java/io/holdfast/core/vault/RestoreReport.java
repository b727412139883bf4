package io.holdfast.core.vault;

import java.util.List;

/**
 * What a restore has done.
 *
 * @param bytes content written, holes not counted
 * @param entries files, directories, links and items created
 * @param skipped what the target left as it was
 * @param problems what could not be restored; at most 10,000
 */
public record RestoreReport(long bytes, long entries, long skipped, List<Problem> problems) {

    /** Copies the list. */
    public RestoreReport {
        problems = List.copyOf(problems);
    }
}

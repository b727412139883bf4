package io.holdfast.access.cli.offline;

import java.util.List;

/**
 * What a restore has done.
 *
 * @param bytes content written
 * @param entries files, directories, disks, ... created
 * @param skipped what was left as it was
 * @param problems what could not be restored, a line each
 * @param documents how many documents beside the data were written
 * @param mendedPacks damaged packs that were read correctly by way of their parity
 */
public record RestoreOutcome(
        long bytes, long entries, long skipped, List<String> problems, int documents, long mendedPacks) {

    /** Copies the list. */
    public RestoreOutcome {
        problems = List.copyOf(problems);
    }
}

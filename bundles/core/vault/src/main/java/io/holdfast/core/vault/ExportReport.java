package io.holdfast.core.vault;

import java.util.List;

/**
 * What an export has read.
 *
 * @param stats numbers; {@code storedBytes} counts packs that are sealed
 * @param problems what is missing or was changing; at most 10,000
 */
public record ExportReport(BackupStats stats, List<Problem> problems) {

    /** Copies the list. */
    public ExportReport {
        problems = List.copyOf(problems);
    }

    /** Whether something is missing. */
    public boolean partial() {
        return stats.problems() > 0;
    }
}

package io.holdfast.core.vault;

import java.util.List;

/**
 * What was verified and found.
 *
 * @param packs how many packs were read
 * @param bytes how many bytes
 * @param findings what is wrong, object by object; empty is good
 * @param backups backups that are concerned by what is recorded as lost, now or earlier, healed ones included
 */
public record VerifyReport(long packs, long bytes, List<Finding> findings, List<BackupHealth> backups) {

    /** Copies the lists. */
    public VerifyReport {
        findings = List.copyOf(findings);
        backups = List.copyOf(backups);
    }

    /**
     * A lost or damaged object.
     *
     * @param key its name on the destination
     * @param state what is wrong
     * @param message details for administrators
     */
    public record Finding(String key, State state, String message) {}

    /** What can be wrong with an object. */
    public enum State {
        /** It is not there. */
        MISSING,
        /** It is shorter or longer than it was. */
        TRUNCATED,
        /** Its bytes changed. */
        DAMAGED,
        /** It is a good object, but another one. */
        SWAPPED
    }
}

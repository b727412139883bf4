package io.holdfast.core.vault;

import java.util.List;

/**
 * What was verified and found.
 *
 * @param packs how many packs were read
 * @param bytes how many bytes
 * @param findings what is wrong, object by object; empty is good
 * @param backups backups that are concerned by what is recorded as lost, now or earlier, healed ones included
 * @param parityAdded packs that got parity because they had none, or none that is whole
 */
public record VerifyReport(
        long packs, long bytes, List<Finding> findings, List<BackupHealth> backups, long parityAdded) {

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
     * @param remedy what parity could do about it
     */
    public record Finding(String key, State state, String message, Remedy remedy) {

        /** A finding for which there is no parity. */
        public Finding(String key, State state, String message) {
            this(key, state, message, Remedy.NONE);
        }
    }

    /** What parity could do about a damaged object. */
    public enum Remedy {
        /** There is none. */
        NONE,
        /** What the object held is whole again: stored once more, under another name. */
        REPAIRED,
        /** It could be repaired and was not, since nothing may be written. A restore reads it correctly. */
        REPAIRABLE,
        /** There is parity, and more is damaged than it can repair. */
        TOO_MUCH_DAMAGE
    }

    /** How many objects have that remedy. */
    public long count(Remedy remedy) {
        return findings.stream().filter(f -> f.remedy() == remedy).count();
    }

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

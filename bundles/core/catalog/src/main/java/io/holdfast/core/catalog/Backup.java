package io.holdfast.core.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One restorable point of one instance: a cached row of what the destination itself says.
 *
 * @param id the vault's backup id, unique
 * @param instanceId whose
 * @param destinationId where it is
 * @param workflowId what made it; empty if found on the destination
 * @param incremental whether unchanged data was taken from the predecessor
 * @param status how complete it is
 * @param created when the source was captured, by the node's clock
 * @param recorded when the server learnt of it from the node that made it, by the server's clock; null if it was found
 *     on the destination later. A copy has that of its backup
 * @param stats what it amounts to
 * @param fullReadReason code of why everything was read although there was a predecessor; empty if not
 * @param message for administrators; empty if there is nothing to say
 * @param verified when it was last proven, null if never
 * @param verification what that proof found
 * @param boot the last attempt to boot an instance from it; null if there was none
 * @param sequence its place in the vault's own order of the instance's backups: greater is newer; 0 if unknown
 * @param suddenChange how it is unlike those before it, for people; empty if it is not, or if nobody has looked
 */
public record Backup(
        String id,
        String instanceId,
        String destinationId,
        String workflowId,
        boolean incremental,
        Status status,
        Instant created,
        @Nullable Instant recorded,
        Stats stats,
        String fullReadReason,
        String message,
        @Nullable Instant verified,
        Verification verification,
        @Nullable Boot boot,
        long sequence,
        String suddenChange) {

    /** The same, marked as unlike those before it. */
    public Backup suddenlyChanged(String how) {
        return new Backup(
                id,
                instanceId,
                destinationId,
                workflowId,
                incremental,
                status,
                created,
                recorded,
                stats,
                fullReadReason,
                message,
                verified,
                verification,
                boot,
                sequence,
                how);
    }

    /** The same in another place, where nobody has proven it. It stays where it was in the order and in time. */
    public Backup copied(String copyId, String toDestinationId, String copyWorkflowId) {
        return new Backup(
                copyId,
                instanceId,
                toDestinationId,
                copyWorkflowId,
                incremental,
                status,
                created,
                recorded,
                stats,
                fullReadReason,
                message,
                null,
                Verification.NEVER,
                null,
                sequence,
                suddenChange);
    }

    /**
     * The same after a proof.
     *
     * @param at when it was made
     * @param found what it found
     * @param says the message from now on
     */
    public Backup verified(Instant at, Verification found, String says) {
        return new Backup(
                id,
                instanceId,
                destinationId,
                workflowId,
                incremental,
                status,
                created,
                recorded,
                stats,
                fullReadReason,
                says,
                at,
                found,
                boot,
                sequence,
                suddenChange);
    }

    /** The same after an attempt to boot an instance from it. */
    public Backup booted(Boot attempt) {
        return new Backup(
                id,
                instanceId,
                destinationId,
                workflowId,
                incremental,
                status,
                created,
                recorded,
                stats,
                fullReadReason,
                message,
                verified,
                verification,
                attempt,
                sequence,
                suddenChange);
    }

    /**
     * An attempt to boot an instance from a backup in isolation.
     *
     * @param time when, by the server's clock
     * @param good whether it came up and every check passed
     * @param durationMillis how long it took
     * @param message what was checked and what failed
     * @param console the last lines of its console
     * @param output the last lines of what programs have said that looked at it
     * @param screenshot whether there is a picture of its screen: {@link Catalog.BackupRepository#screenshot}
     */
    public record Boot(
            Instant time,
            boolean good,
            long durationMillis,
            String message,
            String console,
            String output,
            boolean screenshot) {}

    /** How complete a backup is. */
    public enum Status {
        /** Everything is in it. */
        SUCCESS,
        /** Some parts could not be read; the list is kept with the backup. */
        PARTIAL
    }

    /** What the last proof found. */
    public enum Verification {
        /** There was none. */
        NEVER,
        /** Everything can be restored. */
        GOOD,
        /** Something is lost or damaged. */
        DAMAGED
    }

    /**
     * What a backup amounts to.
     *
     * @param logicalBytes size of the data as the source shows it
     * @param readBytes what was read from the source
     * @param newBytes data that the vault did not have, before compression
     * @param storedBytes what was added to the destination
     * @param items files, disks or objects
     * @param problems parts that are missing or inconsistent
     * @param durationMillis from start to commit
     * @param incompressibleBytes of the new data, what looked random: compressed, or encrypted by somebody; -1 if unknown
     */
    public record Stats(
            long logicalBytes,
            long readBytes,
            long newBytes,
            long storedBytes,
            long items,
            long problems,
            long durationMillis,
            long incompressibleBytes) {

        /** Numbers without how much of the new data looked random. */
        public Stats(
                long logicalBytes,
                long readBytes,
                long newBytes,
                long storedBytes,
                long items,
                long problems,
                long durationMillis) {
            this(logicalBytes, readBytes, newBytes, storedBytes, items, problems, durationMillis, -1);
        }

        /** How much of what the backup holds was new to the vault, 0 to 1; 0 for an empty one. */
        public double changeRate() {
            return share(newBytes, logicalBytes);
        }

        /** How much of the new data looked random, 0 to 1; -1 if unknown, 0 if nothing was new. */
        public double incompressibleShare() {
            return incompressibleBytes < 0 ? -1 : share(incompressibleBytes, newBytes);
        }

        private static double share(long part, long whole) {
            return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
        }
    }
}

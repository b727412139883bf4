package io.holdfast.core.vault;

import java.util.List;

/**
 * What a collection has done. With a dry run: what it would do.
 *
 * @param state how far it came
 * @param livePacks packs that are needed
 * @param deletedPacks packs that were deleted
 * @param deletedBytes their size
 * @param rewrittenPacks of the deleted ones, those whose live content was copied first
 * @param missingPacks packs that the index knows and the destination has not; recorded as lost
 * @param waitingFor sessions that must end first
 * @param lockedPacks packs that nothing needs and that are still locked: a collection after that time deletes them
 * @param lockedBytes their size
 */
public record CollectReport(
        State state,
        long livePacks,
        long deletedPacks,
        long deletedBytes,
        long rewrittenPacks,
        long missingPacks,
        List<String> waitingFor,
        long lockedPacks,
        long lockedBytes) {

    /** A report on a destination where nothing is locked. */
    public CollectReport(
            State state,
            long livePacks,
            long deletedPacks,
            long deletedBytes,
            long rewrittenPacks,
            long missingPacks,
            List<String> waitingFor) {
        this(state, livePacks, deletedPacks, deletedBytes, rewrittenPacks, missingPacks, waitingFor, 0, 0);
    }

    /** How far it came. */
    public enum State {
        /** Everything that was condemned is gone. */
        DONE,
        /** Sessions that began earlier still run; call again. */
        WAITING,
        /** Nothing was written. */
        DRY_RUN
    }

    /** Copies the list. */
    public CollectReport {
        waitingFor = List.copyOf(waitingFor);
    }
}

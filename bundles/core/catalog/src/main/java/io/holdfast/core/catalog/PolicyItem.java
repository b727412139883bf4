package io.holdfast.core.catalog;

/**
 * What became of one instance in one run of a policy.
 *
 * @param id unique, made by the core; the id of the workflow that is made for it
 * @param runId which run
 * @param policyId whose
 * @param instanceId which instance
 * @param state where it is
 * @param reason code of why it was skipped or failed; empty if it was not
 * @param message the same for administrators, or how the workflow ended; at most 1,000 characters are kept
 * @param followUp id of the workflow that follows the first one (a proof, or the retention of snapshots); empty for none
 */
public record PolicyItem(
        String id,
        String runId,
        String policyId,
        String instanceId,
        State state,
        String reason,
        String message,
        String followUp) {

    /** Where it is. */
    public enum State {
        /** Its workflow is not written yet. */
        PLANNED,
        /** Its workflow is written and has not ended as far as is known. */
        SUBMITTED,
        /** Its workflow has done what it should. */
        DONE,
        /** Its workflow failed, was cancelled or could not be written. */
        FAILED,
        /** Nothing was to be done. */
        SKIPPED;

        /** Whether nothing will change any more. */
        public boolean ended() {
            return this != PLANNED && this != SUBMITTED;
        }
    }
}

package io.holdfast.testkit.validation;

/**
 * The result of one check.
 *
 * @param check what was tried, in a few words
 * @param outcome how it ended
 * @param message what was seen, for administrators; never a secret
 */
public record Finding(String check, Outcome outcome, String message) {

    /** How a check ended. */
    public enum Outcome {
        /** As promised. */
        PASSED,
        /** Not as promised: backups kept there are in danger. */
        FAILED,
        /** Not tried, because the destination does not promise it. */
        NOT_PROMISED
    }
}

package io.holdfast.access.cli;

/**
 * What the process returns. 0, 1, 2, 3, 12 and 130 mean what they mean for restic, so that scripts can be kept; unknown
 * codes must be treated as failure.
 */
enum ExitCode {
    /** Everything was done. */
    OK(0),
    /** The command failed, or was not understood. */
    FAILED(1),
    /** A defect in the command line tool itself. */
    DEFECT(2),
    /** Done, but some parts could not be read or restored, or a proof was not passed; what it was is told. */
    PARTIAL(3),
    /** The user name, password or token was not accepted. */
    AUTHENTICATION(12),
    /** The appliance does not answer. */
    UNREACHABLE(20),
    /** What was restored is not what was backed up. */
    DIFFERENT(21),
    /** Interrupted from the keyboard. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}

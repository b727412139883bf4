package io.holdfast.core.scheduler.internal;

/** Codes of why nothing was done about an instance; those of failures are kinds of errors. */
final class Reasons {

    /** The one before has not ended. */
    static final String BUSY = "BUSY";
    /** The last inventory did not find it. */
    static final String ABSENT = "ABSENT";
    /** A rule excludes it. */
    static final String EXCLUDED = "EXCLUDED";
    /** The window has closed. */
    static final String WINDOW = "WINDOW";
    /** What its workflow has become is not known any more. */
    static final String FORGOTTEN = "FORGOTTEN";
    /** It was done, and what was to follow could not be asked for. */
    static final String FOLLOW_UP = "FOLLOW_UP";

    private Reasons() {}
}

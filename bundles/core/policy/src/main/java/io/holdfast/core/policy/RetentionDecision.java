package io.holdfast.core.policy;

import java.util.List;

/**
 * What becomes of one backup, and why.
 *
 * @param backup which
 * @param keep whether it stays
 * @param reasons for administrators, at least one: every reason to keep it, or why it goes
 */
public record RetentionDecision(BackupPoint backup, boolean keep, List<Reason> reasons) {

    /** Copies the list. */
    public RetentionDecision {
        reasons = List.copyOf(reasons);
    }

    /**
     * One reason.
     *
     * @param code stable
     * @param message in a few words
     */
    public record Reason(Code code, String message) {}

    /** Why a backup stays or goes. */
    public enum Code {
        /** There is no rule. */
        NO_RULE,
        /** Within the limits of its class. */
        WITHIN_LIMITS,
        /** Among the newest. */
        LAST,
        /** The newest of its hour. */
        HOURLY,
        /** The newest of its day. */
        DAILY,
        /** The newest of its week. */
        WEEKLY,
        /** The newest of its month. */
        MONTHLY,
        /** The newest of its year. */
        YEARLY,
        /** Young enough. */
        WITHIN,
        /** The floor of backups that always stay. */
        MINIMUM,
        /** The last good one of an instance that still exists. */
        LAST_OF_SOURCE,
        /** Too young to be removed by any rule. */
        PROTECTED,
        /** Its time lies in the future, so that its age is unknown: left to people. */
        FUTURE_TIME,
        /** Its time contradicts the order of the backups and what is known of others: left to people. */
        DOUBTFUL_TIME,
        /** More than enough newer ones of its class. */
        TOO_MANY,
        /** Older than its class is kept. */
        TOO_OLD,
        /** No keep rule asks for it. */
        NOT_KEPT
    }
}

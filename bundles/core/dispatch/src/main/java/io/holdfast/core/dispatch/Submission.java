package io.holdfast.core.dispatch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and how much it matters.
 *
 * @param origin a user name, or {@code system}
 * @param priority 0 to 100, higher first
 * @param notBefore not to be started earlier; null for at once
 * @param startWithin if it was not started within this time it fails; null for the default of its kind
 * @param id the workflow's id, from the catalogue's ids, so that submitting it again is harmless; null for a new one
 */
public record Submission(
        String origin,
        int priority,
        @Nullable Instant notBefore,
        @Nullable Duration startWithin,
        @Nullable String id) {

    /** The priority of what nobody gave one. */
    public static final int DEFAULT_PRIORITY = 50;

    /** Checks the priority. */
    public Submission {
        if (priority < 0 || priority > 100) {
            throw new IllegalArgumentException("priority must be 0 to 100");
        }
    }

    /** With an id of its own. */
    public Submission(String origin, int priority, @Nullable Instant notBefore, @Nullable Duration startWithin) {
        this(origin, priority, notBefore, startWithin, null);
    }

    /** At once, with the usual priority. */
    public static Submission by(String origin) {
        return new Submission(origin, DEFAULT_PRIORITY, null, null);
    }
}

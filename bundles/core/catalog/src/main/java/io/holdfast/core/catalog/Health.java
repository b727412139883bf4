package io.holdfast.core.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether something outside can be used, as it was when it was last tried.
 *
 * @param state what was found
 * @param message why, for administrators; empty if there is nothing to say
 * @param checked when; null if never
 */
public record Health(State state, String message, @Nullable Instant checked) {

    /** What was found. */
    public enum State {
        /** Never tried. */
        UNKNOWN,
        /** It worked. */
        AVAILABLE,
        /** It works, but needs attention: low space, for instance. */
        DEGRADED,
        /** It did not work. */
        FAILED
    }

    /** Never tried. */
    public static Health unknown() {
        return new Health(State.UNKNOWN, "", null);
    }
}

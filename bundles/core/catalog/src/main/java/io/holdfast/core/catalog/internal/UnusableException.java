package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.CatalogState.Phase;
import org.jspecify.annotations.Nullable;

/** The database cannot be used as it is; the message says what was found and what to do. */
final class UnusableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Phase phase;

    UnusableException(Phase phase, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.phase = phase;
    }

    Phase phase() {
        return phase;
    }

    /** Whether it may work later without anybody restarting anything. */
    boolean worthRetrying() {
        return phase == Phase.UNREACHABLE || phase == Phase.MISCONFIGURED;
    }
}

package io.holdfast.core.security;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;

/** Somebody guesses: the attempt was not even looked at. Kind {@code AUTHENTICATION}; HTTP calls this 429. */
public final class TooManyAttemptsException extends PluginException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * @param message what was attempted and when to try again
     * @param retryAfter how long to wait
     */
    public TooManyAttemptsException(String message, Duration retryAfter) {
        super(ErrorKind.AUTHENTICATION, message);
        this.retryAfter = retryAfter;
    }

    /** How long to wait. */
    public Duration retryAfter() {
        return retryAfter;
    }
}

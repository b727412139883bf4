package io.holdfast.core.catalog;

import io.holdfast.spi.ErrorKind;
import org.jspecify.annotations.Nullable;

/** The catalogue could not do what it was asked. Unchecked: callers that can do something about it are few. */
public final class CatalogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    /**
     * @param kind {@code NOT_FOUND}, {@code ALREADY_EXISTS}, {@code CONFLICT} (changed by somebody else meanwhile or still
     *     referred to), {@code INVALID_CONFIG} (text too long or malformed), {@code UNAVAILABLE} (database unreachable),
     *     {@code CORRUPT_DATA}
     * @param message what was attempted, on what, what to do next
     */
    public CatalogException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What callers decide by. */
    public ErrorKind kind() {
        return kind;
    }
}

package io.holdfast.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one checked exception of this interface.
 *
 * <p>The message says what was attempted, on what, and what to do next; it never contains a secret. It is shown to
 * administrators as it stands.
 */
public class PluginException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    /**
     * @param kind what callers decide by
     * @param message what was attempted, on what, what to do next; no secrets
     */
    public PluginException(ErrorKind kind, String message) {
        this(kind, message, null);
    }

    /**
     * @param kind what callers decide by
     * @param message what was attempted, on what, what to do next; no secrets
     * @param cause the failure underneath, for the log; may be null
     */
    public PluginException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What callers decide by. */
    public ErrorKind kind() {
        return kind;
    }
}

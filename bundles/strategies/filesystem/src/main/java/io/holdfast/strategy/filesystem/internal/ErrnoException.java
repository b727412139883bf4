package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;

/**
 * A call to the kernel failed. Without a stack trace, since thousands of them are normal in a walk; callers translate it
 * with {@link #toPlugin}.
 */
final class ErrnoException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    ErrnoException(String call, int errno) {
        super(call + ": " + Errno.describe(errno), null, false, false);
        this.call = call;
        this.errno = errno;
    }

    int errno() {
        return errno;
    }

    boolean is(int number) {
        return errno == number;
    }

    ErrorKind kind() {
        return Errno.kind(errno);
    }

    /**
     * The failure as administrators see it.
     *
     * @param attempt what was attempted on what, such as {@code cannot read directory /srv}
     */
    PluginException toPlugin(String attempt) {
        return toPlugin(attempt, kind());
    }

    /** The same, of a kind that fits the circumstances better than the error number's own. */
    PluginException toPlugin(String attempt, ErrorKind kind) {
        String advice = Errno.advice(errno);
        String message = attempt + ": " + Errno.describe(errno) + (advice.isEmpty() ? "" : "; " + advice);
        return new PluginException(kind, message + " (" + call + ")", this);
    }
}

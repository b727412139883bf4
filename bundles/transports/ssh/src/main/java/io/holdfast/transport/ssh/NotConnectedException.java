package io.holdfast.transport.ssh;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;

/**
 * The connection had gone before anything was asked of the host: whatever was to be done has not begun, and may be tried again over a
 * new one.
 */
public final class NotConnectedException extends PluginException {

    private static final long serialVersionUID = 1;

    /** @param cause what JSch said */
    public NotConnectedException(String message, Throwable cause) {
        super(ErrorKind.UNAVAILABLE, message, cause);
    }
}

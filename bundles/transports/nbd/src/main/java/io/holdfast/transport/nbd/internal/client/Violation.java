package io.holdfast.transport.nbd.internal.client;

import java.io.IOException;

/** The server does what the protocol forbids. */
final class Violation extends IOException {

    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}

package io.holdfast.core.vault.simulator;

/** Unwinds a thread whose simulated process is gone. Not an exception, so that nobody handles it. */
final class Killed extends Error {

    private static final long serialVersionUID = 1L;

    Killed() {
        super("killed", null, false, false);
    }
}

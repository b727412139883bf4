package io.holdfast.core.vault.internal.write;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a session and its export work with: closed when both have ended, by the one that ends last. Safe for use from any thread. */
final class LastOut {

    private static final Logger LOG = LoggerFactory.getLogger(LastOut.class);

    private final List<AutoCloseable> shared;
    private int inside = 1;

    /**
     * One is inside from the beginning.
     *
     * @param shared what is closed, in that order
     */
    LastOut(List<AutoCloseable> shared) {
        this.shared = shared;
    }

    /** One more; false if all have left. */
    synchronized boolean enter() {
        if (inside == 0) {
            return false;
        }
        inside++;
        return true;
    }

    /** Once for each that has entered. */
    void leave() {
        synchronized (this) {
            inside--;
            if (inside > 0) {
                return;
            }
        }
        for (AutoCloseable resource : shared) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.debug("A part of a session did not close", e);
            }
        }
    }
}

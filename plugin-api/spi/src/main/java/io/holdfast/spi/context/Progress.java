package io.holdfast.spi.context;

import org.osgi.annotation.versioning.ProviderType;

/** Receives progress of a task. Provided by the core. Calls are cheap and may come from any thread. */
@ProviderType
public interface Progress {

    /**
     * Raises the amount of work that is known to be ahead.
     *
     * @param bytes further bytes that will be processed, not negative
     * @param items further files, disks or objects, not negative
     */
    void expect(long bytes, long items);

    /**
     * Reports work that is done.
     *
     * @param bytes bytes since the last report, not negative
     * @param items files, disks or objects since the last report, not negative
     */
    void done(long bytes, long items);

    /** Names what is being worked on, in a few words for people; shown until replaced. */
    void step(String description);
}

package io.holdfast.core.vault;

import java.time.Duration;

/**
 * How to collect.
 *
 * @param dryRun only say what would be freed; writes nothing
 * @param wasteThreshold share of dead bytes above which a pack is rewritten without them, 0 to 1
 * @param maxWait how long to wait for sessions that began before; then the collection is left {@code WAITING} and the next
 *     call goes on
 */
public record CollectOptions(boolean dryRun, double wasteThreshold, Duration maxWait) {

    /** Rewrites packs of which a quarter is dead, waits up to an hour. */
    public static CollectOptions standard() {
        return new CollectOptions(false, 0.25, Duration.ofHours(1));
    }
}

package io.holdfast.core.catalog.internal;

import io.holdfast.core.catalog.IdSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** UUIDs of version 7: milliseconds, a counter that begins at random, and 62 random bits. */
@Component
public final class TimeOrderedIds implements IdSource {

    private static final int COUNTER_LIMIT = 1 << 12;

    private final Clock clock;
    private final RandomGenerator random;
    private long lastMillis;
    private int counter;

    /** For the container. */
    @Activate
    public TimeOrderedIds() {
        this(Clock.systemUTC(), new SecureRandom());
    }

    TimeOrderedIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized String next() {
        long now = clock.millis();
        if (now > lastMillis) {
            lastMillis = now;
            // the upper half stays free, so that the counter rarely runs over
            counter = random.nextInt(COUNTER_LIMIT / 2);
        } else if (++counter == COUNTER_LIMIT) {
            // more than the counter holds within a millisecond, or the clock was set back: go ahead of it
            lastMillis++;
            counter = 0;
        }
        long high = (lastMillis << 16) | 0x7000L | counter;
        long low = (random.nextLong() >>> 2) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}

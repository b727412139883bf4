package io.holdfast.testkit.fake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/** A clock that moves only when told to, also backwards. Safe for use from any thread. */
public final class ManualClock extends Clock {

    private volatile Instant now;

    /** Starts on 1 January 2026, noon, UTC. */
    public ManualClock() {
        this(Instant.parse("2026-01-01T12:00:00Z"));
    }

    /** Starts at an instant. */
    public ManualClock(Instant start) {
        this.now = Objects.requireNonNull(start, "start");
    }

    /** Moves on, or back by a negative duration. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }

    /** Steps to an instant. */
    public synchronized void set(Instant to) {
        now = to;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(now, zone);
    }
}

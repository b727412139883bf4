package io.holdfast.core.scheduler.internal;

import io.holdfast.core.catalog.Catalog;
import io.holdfast.core.catalog.Policy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One look at everything that policies want. Any number of servers may look at one catalogue, at any time. */
final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final Duration SELDOM = Duration.ofMinutes(1);

    private final Catalog catalog;
    private final Estates estates;
    private final Inventories inventories;
    private final Verifications verifications;
    private final Starter starter;
    private final Progress progress;
    private final Ends ends;
    private final Duration keep;
    private final Clock clock;
    private Instant looked = Instant.MIN;
    private Instant swept = Instant.MIN;

    /** @param keep for how long it is remembered what runs did */
    Engine(
            Catalog catalog,
            Estates estates,
            Inventories inventories,
            Verifications verifications,
            Starter starter,
            Progress progress,
            Ends ends,
            Duration keep,
            Clock clock) {
        this.catalog = catalog;
        this.estates = estates;
        this.inventories = inventories;
        this.verifications = verifications;
        this.starter = starter;
        this.progress = progress;
        this.ends = ends;
        this.keep = keep;
        this.clock = clock;
    }

    void look() {
        lookSeldom();
        for (Policy policy : estates.policies()) {
            if (policy.enabled()) {
                startSafely(policy);
            }
        }
        progress.submitPlanned();
        progress.followSubmitted();
        ends.endThrough();
        sweep();
    }

    /** What is due once an hour, or once a day, need not be asked for every few seconds. */
    private void lookSeldom() {
        Instant now = clock.instant();
        if (passed(looked, SELDOM, now)) {
            looked = now;
            inventories.askIfDue();
            verifications.verifyIfDue();
        }
    }

    /** Whether so much time has passed; so it has if the clock was set back. */
    private static boolean passed(Instant since, Duration time, Instant now) {
        return !since.isAfter(now.minus(time)) || since.isAfter(now);
    }

    /** A policy that cannot be read, because a newer release wrote it, does not keep others from running. */
    private void startSafely(Policy policy) {
        try {
            starter.runIfDue(policy);
        } catch (IllegalArgumentException e) {
            LOG.warn("policy '{}' makes no sense to this release", policy.name(), e);
        }
    }

    private void sweep() {
        Instant now = clock.instant();
        if (passed(swept, SWEEP, now)) {
            swept = now;
            catalog.policies().removeRunsEndedBefore(now.minus(keep));
        }
    }
}

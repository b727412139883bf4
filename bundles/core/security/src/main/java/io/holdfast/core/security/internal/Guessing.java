package io.holdfast.core.security.internal;

import io.holdfast.core.security.TooManyAttemptsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down: after some failures of one user from one source, and after more of one source whatever the user, each
 * further failure doubles a wait. Other sources are not affected, so nobody can lock an administrator out from elsewhere.
 * Memory is bounded; the least recent failures are forgotten first.
 */
final class Guessing {

    private static final int FREE_PER_USER = 5;
    private static final int FREE_PER_SOURCE = 30;
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration FORGOTTEN = Duration.ofMinutes(30);

    private record Failures(int count, Instant last, Instant blockedUntil) {}

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST;
        }
    };

    Guessing(Clock clock) {
        this.clock = clock;
    }

    /** Passes if an attempt may be looked at now. */
    void check(String user, String source) throws TooManyAttemptsException {
        synchronized (failures) {
            checkKey(userKey(user, source));
            checkKey(sourceKey(source));
        }
    }

    private void checkKey(String key) throws TooManyAttemptsException {
        Failures known = failures.get(key);
        if (known == null) {
            return;
        }
        Duration left = Duration.between(clock.instant(), known.blockedUntil());
        // more than the longest wait means that the clock was set back
        if (left.isNegative() || left.isZero() || left.compareTo(LONGEST) > 0) {
            return;
        }
        throw new TooManyAttemptsException(
                "logging in: too many attempts have failed; try again in " + (left.toSeconds() + 1) + " s",
                left.plusSeconds(1).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }

    void failed(String user, String source) {
        synchronized (failures) {
            count(userKey(user, source), FREE_PER_USER);
            count(sourceKey(source), FREE_PER_SOURCE);
        }
    }

    private void count(String key, int free) {
        Instant now = clock.instant();
        Failures known = failures.get(key);
        int count = known == null || known.last().plus(FORGOTTEN).isBefore(now) ? 1 : known.count() + 1;
        int over = Math.min(count - free, 16);
        Duration wait = over <= 0 ? Duration.ZERO : Duration.ofSeconds(1L << (over - 1));
        failures.put(key, new Failures(count, now, now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait)));
    }

    /** The user has proven who it is: what came before was a mistake. The source stays under watch. */
    void succeeded(String user, String source) {
        synchronized (failures) {
            failures.remove(userKey(user, source));
        }
    }

    private static String userKey(String user, String source) {
        return cut(source) + "\0" + cut(user);
    }

    private static String sourceKey(String source) {
        return cut(source);
    }

    private static String cut(String text) {
        return text.length() > 128 ? text.substring(0, 128) : text;
    }
}

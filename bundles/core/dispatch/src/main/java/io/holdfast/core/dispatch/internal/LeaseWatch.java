package io.holdfast.core.dispatch.internal;

import io.holdfast.core.catalog.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds leases that nobody renews, without trusting a clock: a lease is over when it was seen unchanged for as long as it
 * lives, measured by this process alone. So a clock that jumps, here or in the database, ends no lease and prolongs none;
 * several servers agree because each renewal changes what all of them see. Safe for use from any thread.
 */
final class LeaseWatch {

    private record Seen(String token, @Nullable Instant expires, long since) {}

    private final LongSupplier nanos;
    private final long duration;
    private final Map<String, Seen> seen = new HashMap<>();

    LeaseWatch(LongSupplier nanos, Duration duration) {
        this.nanos = nanos;
        this.duration = duration.toNanos();
    }

    /** Looks at all running tasks; gives those whose lease is over. */
    synchronized List<Task> look(Collection<Task> running) {
        long now = nanos.getAsLong();
        Map<String, Seen> present = new HashMap<>();
        List<Task> over = new ArrayList<>();
        for (Task task : running) {
            Seen before = seen.get(task.id());
            boolean same = before != null
                    && before.token().equals(task.leaseToken())
                    && Objects.equals(before.expires(), task.leaseExpires());
            Seen after = same ? before : new Seen(task.leaseToken(), task.leaseExpires(), now);
            present.put(task.id(), Objects.requireNonNull(after));
            if (same && now - after.since() >= duration) {
                over.add(task);
            }
        }
        seen.clear();
        seen.putAll(present);
        return over;
    }

    /** A node was heard of, whether or not the renewal was written. */
    synchronized void heard(Task task) {
        seen.put(task.id(), new Seen(task.leaseToken(), task.leaseExpires(), nanos.getAsLong()));
    }

    /** Nodes could not be heard of for a while through no fault of theirs: every lease is measured anew. */
    synchronized void forget() {
        seen.clear();
    }
}

package io.holdfast.core.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is protected without anybody asking.
 *
 * @param id unique, made by the core; ids order by age
 * @param name unique among policies, 1 to 255 characters
 * @param kind what it makes
 * @param enabled whether its schedules run
 * @param priority 0 to 100, higher first
 * @param destinationId where backups are kept; null for snapshots
 * @param definition assignment, schedules, retention and proofs in the words of the scheduler; no secrets
 * @param created when it was made
 * @param evaluated until when its schedules have been looked at
 * @param runs how many runs have begun
 * @param retained when retention began last; null if never
 */
public record Policy(
        String id,
        String name,
        Kind kind,
        boolean enabled,
        int priority,
        @Nullable String destinationId,
        Map<String, List<String>> definition,
        Instant created,
        Instant evaluated,
        long runs,
        @Nullable Instant retained) {

    /** The entry of a definition that names the destination backups are copied to; whoever removes destinations has to know it. */
    public static final String COPY_DESTINATION = "copy.destination";

    /** What a policy makes. */
    public enum Kind {
        /** Backups on a destination. */
        BACKUP,
        /** Snapshots that stay on the provider. */
        SNAPSHOT
    }
}

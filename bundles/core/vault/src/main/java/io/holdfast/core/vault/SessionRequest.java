package io.holdfast.core.vault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a write session needs to know.
 *
 * @param instanceId what is backed up, 1 to 1,024 characters; the same for every backup of the same thing
 * @param previous the backup to build on, the one that the change token belongs to; empty for none
 * @param stagingDirectory where packs wait to be shipped: a directory for this instance alone, on which only one session
 *     works at a time; should be the same for the next session, which then uses what an interrupted one has left
 * @param immutableFor how long nothing that the backup needs can be deleted, from its commit on; zero for not at all
 */
public record SessionRequest(
        String instanceId, Optional<BackupId> previous, Path stagingDirectory, Duration immutableFor) {

    /** A request for a backup that is not locked. */
    public SessionRequest(String instanceId, Optional<BackupId> previous, Path stagingDirectory) {
        this(instanceId, previous, stagingDirectory, Duration.ZERO);
    }

    /** Checks the id and the time. */
    public SessionRequest {
        if (immutableFor.isNegative()) {
            throw new IllegalArgumentException("a backup cannot be immutable for less than no time");
        }
        if (instanceId.isEmpty() || instanceId.length() > 1024) {
            throw new IllegalArgumentException("instance id must have 1 to 1,024 characters");
        }
    }
}

package io.holdfast.access.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to copy from a destination to another one.
 *
 * @param to the destination that gets the copies: with a replica of the vault, or with a vault of its own
 * @param instanceIds only backups of these instances; of all if absent or empty
 * @param backupIds only these backups; all if absent or empty
 * @param latest only so many newest ones of each instance; all if absent
 */
public record CopyInput(
        String to,
        @Nullable List<String> instanceIds,
        @Nullable List<String> backupIds,
        @Nullable Integer latest) {}

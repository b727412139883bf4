package io.holdfast.access.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to prove on a destination.
 *
 * @param backupIds which backups; all if absent or empty
 * @param slice which part of the whole, from 0
 * @param slices into how many parts the whole is divided
 * @param deep whether every byte is read and compared; true if absent
 */
public record VerifyInput(
        @Nullable List<String> backupIds,
        @Nullable Integer slice,
        @Nullable Integer slices,
        @Nullable Boolean deep) {}

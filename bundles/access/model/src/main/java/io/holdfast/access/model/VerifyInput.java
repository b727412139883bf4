package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * What to prove on a destination.
 *
 * @param backupId only what this backup needs; everything if absent
 * @param slice which part of everything, from 0; 0 if absent
 * @param slices into how many parts everything is cut; 1 if absent
 * @param deep whether content is decrypted and checked as well; true if absent
 */
public record VerifyInput(
        @Nullable String backupId,
        @Nullable Integer slice,
        @Nullable Integer slices,
        @Nullable Boolean deep) {}

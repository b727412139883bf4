package io.holdfast.access.model;

import org.jspecify.annotations.Nullable;

/**
 * How to prove a backup.
 *
 * @param deep whether every byte is read and compared; true if absent
 */
public record VerifyBackupInput(@Nullable Boolean deep) {}

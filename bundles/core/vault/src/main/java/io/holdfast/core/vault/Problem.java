package io.holdfast.core.vault;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryPath;

/**
 * A part that could not be backed up or restored.
 *
 * @param source the source it belongs to
 * @param path which part; the root for the source as a whole
 * @param kind why
 * @param message for administrators
 */
public record Problem(String source, EntryPath path, ErrorKind kind, String message) {}

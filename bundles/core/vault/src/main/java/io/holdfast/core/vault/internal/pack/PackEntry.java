package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Id;

/**
 * Where an entry lies in its pack.
 *
 * @param id chunk or block
 * @param offset from the start of the pack to the entry's header
 * @param length of the whole entry
 */
public record PackEntry(Id id, int offset, int length) {}

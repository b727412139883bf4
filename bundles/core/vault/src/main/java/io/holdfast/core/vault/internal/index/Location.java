package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;

/**
 * Where a chunk or block is stored.
 *
 * @param pack in which pack
 * @param kind the pack's kind
 * @param offset of the entry in the pack
 * @param length of the entry
 */
public record Location(Id pack, int kind, int offset, int length) {}

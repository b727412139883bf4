package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Id;
import java.util.List;

/**
 * A complete pack.
 *
 * @param id the hash of its bytes
 * @param kind data or meta
 * @param size length in bytes
 * @param entries what it holds
 */
public record SealedPack(Id id, int kind, int size, List<PackEntry> entries) {}

package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.VaultIdentity;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.index.IndexStore;
import io.holdfast.core.vault.internal.store.Objects;

/**
 * What the parts of an open vault share.
 *
 * @param objects the destination
 * @param keys derived keys
 * @param options fixed parameters
 * @param runtime of this process
 * @param identity what it is
 * @param index segments and their copies
 * @param redundancy how much parity new packs get
 * @param readOnly whether nothing may be written to the destination
 * @param ticker how time passes
 */
public record VaultCore(
        Objects objects,
        KeyRing keys,
        VaultOptions options,
        VaultRuntime runtime,
        VaultIdentity identity,
        IndexStore index,
        Redundancy redundancy,
        boolean readOnly,
        Ticker ticker) {}

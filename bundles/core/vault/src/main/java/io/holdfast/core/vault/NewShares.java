package io.holdfast.core.vault;

import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.core.vault.internal.keys.ShareSets;
import io.holdfast.spi.PluginException;
import java.security.SecureRandom;
import java.util.List;

/**
 * A new set of recovery shares. The shares exist nowhere else: show them once and forget them. They open the vault once
 * {@link VaultFactory#addSlot} has put the slot.
 *
 * @param shares by number; each goes to another person
 * @param slot the key object for the destination, of which nothing is secret
 */
@SuppressWarnings("ArrayRecordComponent")
public record NewShares(List<RecoveryShare> shares, byte[] slot) {

    /** Copies the list. */
    public NewShares {
        shares = List.copyOf(shares);
    }

    /**
     * Makes a set for the vault of these keys. Needs no destination.
     *
     * @param threshold how many shares open the vault: 2 to {@code count}
     * @param count how many shares there are: at most 64
     * @throws PluginException {@code INVALID_CONFIG} if there is no such set, or the keys are not readable
     */
    public static NewShares make(ReaderKeys keys, int threshold, int count, SecureRandom random)
            throws PluginException {
        ShareSecret set = ShareSets.generate(threshold, count, random);
        byte[] slot = KeySlot.wrap(KeyCodec.parts(keys), set, random);
        return new NewShares(ShareSets.split(set, random), slot);
    }

    /** Which set it is: 12 hexadecimal digits. */
    public String set() {
        return shares.get(0).set();
    }

    @Override
    public String toString() {
        return "NewShares[" + set() + "]";
    }
}

package io.holdfast.core.vault.internal.keys;

import io.holdfast.core.vault.RecoveryKey;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.crypto.ShareSecret;
import io.holdfast.spi.PluginException;
import java.security.SecureRandom;
import java.util.Optional;

/** A way to the keys: something that opens slots and makes new ones. */
public interface Way {

    /** The keys of a slot; empty if it is not one of this way's. */
    Optional<KeyCodec.Parts> open(byte[] slot) throws PluginException;

    /** A new slot for this way. */
    byte[] wrap(KeyCodec.Parts parts, SecureRandom random) throws PluginException;

    /** The printed key. */
    static Way of(RecoveryKey key) {
        return of(slot -> KeySlot.unwrap(slot, key), (parts, random) -> KeySlot.wrap(parts, key, random));
    }

    /** A passphrase. */
    static Way of(char[] passphrase) {
        return of(slot -> KeySlot.unwrap(slot, passphrase), (parts, random) -> KeySlot.wrap(parts, passphrase, random));
    }

    /** Shares that were joined. */
    static Way of(ShareSecret set) {
        return of(slot -> KeySlot.unwrap(slot, set), (parts, random) -> KeySlot.wrap(parts, set, random));
    }

    private static Way of(Opening opening, Wrapping wrapping) {
        return new Way() {
            @Override
            public Optional<KeyCodec.Parts> open(byte[] slot) throws PluginException {
                return opening.open(slot);
            }

            @Override
            public byte[] wrap(KeyCodec.Parts parts, SecureRandom random) throws PluginException {
                return wrapping.wrap(parts, random);
            }
        };
    }

    /** How slots are opened. */
    interface Opening {
        /** The keys of a slot. */
        Optional<KeyCodec.Parts> open(byte[] slot) throws PluginException;
    }

    /** How slots are made. */
    interface Wrapping {
        /** A slot. */
        byte[] wrap(KeyCodec.Parts parts, SecureRandom random) throws PluginException;
    }
}

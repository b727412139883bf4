package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;

/**
 * Everything: what reads, restores, browses and verifies content.
 *
 * @param encoded opaque bytes for the secret store, in the format of FORMAT.md section 3.4; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record ReaderKeys(byte[] encoded) implements VaultKeys {

    /**
     * Keys from a secret store.
     *
     * @throws PluginException {@code INVALID_CONFIG} if these are not reader keys
     */
    public static ReaderKeys decode(byte[] encoded) throws PluginException {
        return io.holdfast.core.vault.internal.crypto.KeyCodec.checkReaderKeys(encoded);
    }

    /**
     * Which epoch new backups are sealed to with these keys, from 1.
     *
     * @throws PluginException {@code INVALID_CONFIG} if these are no reader keys
     */
    public int epoch() throws PluginException {
        return io.holdfast.core.vault.internal.crypto.KeyCodec.parts(this).epoch();
    }

    @Override
    public WriterKeys writerKeys() {
        return io.holdfast.core.vault.internal.crypto.KeyCodec.writerKeysOf(this);
    }

    @Override
    public String toString() {
        return "ReaderKeys";
    }
}

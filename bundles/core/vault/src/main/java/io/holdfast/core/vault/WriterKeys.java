package io.holdfast.core.vault;

import io.holdfast.spi.PluginException;

/**
 * What a node needs to make backups: it can recognise and append, not decrypt what is there.
 *
 * @param encoded opaque bytes for the secret store, in the format of FORMAT.md section 3.4; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record WriterKeys(byte[] encoded) implements VaultKeys {

    /**
     * Keys from a secret store.
     *
     * @throws PluginException {@code INVALID_CONFIG} if these are not writer keys
     */
    public static WriterKeys decode(byte[] encoded) throws PluginException {
        return io.holdfast.core.vault.internal.crypto.KeyCodec.checkWriterKeys(encoded);
    }

    @Override
    public WriterKeys writerKeys() {
        return this;
    }

    @Override
    public String toString() {
        return "WriterKeys";
    }
}

package io.holdfast.core.vault.internal.keys;

import io.holdfast.spi.PluginException;

/** Opens the way to what is parsed after it was unsealed. */
public final class EpochParser {

    private EpochParser() {}

    /** The earlier epochs' keys. */
    public static void parse(byte[] plain) throws PluginException {
        EpochRecord.earlier(plain, 9);
    }
}

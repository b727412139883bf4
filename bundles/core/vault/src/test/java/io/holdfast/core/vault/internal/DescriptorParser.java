package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.spi.PluginException;

/** The body of {@code vault.hf}, for tests outside of this package. */
public final class DescriptorParser {

    private DescriptorParser() {}

    /** Parses it. */
    public static void parse(Decoder body) throws PluginException {
        Descriptor.decode(body);
    }
}

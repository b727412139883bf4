package io.holdfast.core.vault.internal;

import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;

/**
 * What {@code vault.hf} says.
 *
 * @param options fixed parameters
 * @param owner the appliance
 */
public record Descriptor(VaultOptions options, String owner) {

    /** The version of the format. */
    public static final int VERSION = 1;

    byte[] encode() {
        return new Encoder()
                .u64(0)
                .u64(0)
                .u32(options.diskChunkBytes())
                .u32(options.minChunkBytes())
                .u32(options.averageChunkBytes())
                .u32(options.maxChunkBytes())
                .u32(options.packBytes())
                .u32(options.reserveBytes())
                .str16(owner)
                .toBytes();
    }

    static Descriptor decode(Decoder in) throws PluginException {
        if (in.i64() != 0) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "The vault uses features that this version does not know; update Holdfast.");
        }
        in.skip(8);
        try {
            VaultOptions options = new VaultOptions(in.u32(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
            String owner = in.str16();
            in.end();
            return new Descriptor(options, owner);
        } catch (IllegalArgumentException e) {
            throw in.damaged("its parameters are out of range");
        }
    }
}

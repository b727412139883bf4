package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The start of a pack.
 *
 * @param kind data or meta
 * @param session who wrote it, 16 bytes
 * @param keys sealed pack keys
 */
@SuppressWarnings("ArrayRecordComponent")
public record PackHeader(int kind, byte[] session, List<SealedKey> keys) {

    /** Length of the header of a pack with one key: what to read first. */
    public static final int USUAL_LENGTH = 40 + 84 + 4;

    private static final int SEALED = 32 + Hpke.OVERHEAD;

    /**
     * A pack key, sealed to the reader.
     *
     * @param epoch to which key pair
     * @param sealed 80 bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record SealedKey(int epoch, byte[] sealed) {}

    /** Length in bytes. */
    public int length() {
        return length(keys.size());
    }

    private static int length(int keys) {
        return 40 + keys * (4 + SEALED) + 4;
    }

    /** The bytes. */
    public byte[] encode(byte[] vaultId) {
        Encoder out = new Encoder(length());
        out.u32(PackFormat.PACK_MAGIC)
                .u8(1)
                .u8(kind)
                .u16(keys.size())
                .raw(vaultId)
                .raw(session);
        for (SealedKey key : keys) {
            out.u32(key.epoch()).raw(key.sealed());
        }
        return out.u32(crc(out.array(), out.size())).toBytes();
    }

    /**
     * How long the header is that starts with these bytes.
     *
     * @param start at least 8 bytes
     */
    public static int lengthOf(String pack, byte[] start) throws PluginException {
        Decoder in = new Decoder("Pack " + pack, start);
        in.magic(PackFormat.PACK_MAGIC);
        in.skip(2);
        int keys = in.u16();
        if (keys < 1 || keys > PackFormat.MAX_KEYS) {
            throw in.damaged("its header contradicts itself");
        }
        return length(keys);
    }

    /** Parses and checks a header. */
    public static PackHeader parse(String pack, byte[] bytes, byte[] vaultId) throws PluginException {
        int length = lengthOf(pack, bytes);
        Decoder in = new Decoder("Pack " + pack, bytes, 0, Math.min(length, bytes.length));
        in.skip(4);
        int version = in.u8();
        int kind = in.u8();
        int count = in.u16();
        byte[] vault = in.raw(16);
        byte[] session = in.raw(16);
        List<SealedKey> keys = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            keys.add(new SealedKey(in.u32(), in.raw(SEALED)));
        }
        if (in.bits32() != crc(bytes, length - 4)) {
            throw in.damaged("the checksum of its header does not match");
        }
        if (version != 1 || kind < PackFormat.DATA || kind > PackFormat.META || !Arrays.equals(vault, vaultId)) {
            throw in.damaged("it is of another version, kind or vault");
        }
        return new PackHeader(kind, session, List.copyOf(keys));
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}

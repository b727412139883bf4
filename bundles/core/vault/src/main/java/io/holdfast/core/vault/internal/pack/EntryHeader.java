package io.holdfast.core.vault.internal.pack;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.PluginException;

/**
 * What stands before each entry of a pack.
 *
 * @param type what it is
 * @param flags how the payload is stored
 * @param keyIndex which key of the pack header
 * @param ordinal the nonce
 * @param refsLength length of refs with their tag, 0 for none
 * @param rawLength length of the payload before compression
 * @param storedLength length of the sealed payload, 0 for none
 * @param id chunk or block id
 * @param crc CRC-32C of the other header bytes, refs and stored bytes
 */
public record EntryHeader(
        int type,
        int flags,
        int keyIndex,
        int ordinal,
        int refsLength,
        int rawLength,
        int storedLength,
        Id id,
        int crc) {

    /** Length in bytes. */
    public static final int LENGTH = 60;

    /** Where the CRC stands. */
    static final int CRC_OFFSET = 56;

    /** Parses and checks a header at an offset. */
    public static EntryHeader parse(byte[] bytes, int offset) throws PluginException {
        int available = Math.min(LENGTH, bytes.length - offset);
        Decoder in = new Decoder("A pack entry", bytes, offset, Math.max(0, available));
        in.magic(PackFormat.ENTRY_MAGIC);
        int type = in.u8();
        int flags = in.u8();
        int keyIndex = in.u16();
        int ordinal = in.u32();
        int refs = in.u32(PackFormat.MAX_REFS);
        int raw = in.u32(type == PackFormat.CHUNK ? PackFormat.MAX_CHUNK : PackFormat.MAX_PAYLOAD);
        int stored = in.u32(PackFormat.MAX_PAYLOAD + PackFormat.GCM_TAG);
        Id id = in.id();
        int crc = in.bits32();
        boolean chunk = type == PackFormat.CHUNK;
        boolean payload = type != PackFormat.MAP;
        if (type < PackFormat.CHUNK
                || type > PackFormat.ITEMS
                || flags > PackFormat.ZSTD
                || chunk != (refs == 0)
                || !chunk && refs < PackFormat.REFS_TAG
                || payload != (raw > 0)
                || payload != (stored > PackFormat.GCM_TAG)
                || flags == 0 && payload && stored != raw + PackFormat.GCM_TAG
                || stored > raw + PackFormat.GCM_TAG) {
            throw in.damaged("its header contradicts itself");
        }
        return new EntryHeader(type, flags, keyIndex, ordinal, refs, raw, stored, id, crc);
    }

    /** Length of the whole entry. */
    public int totalLength() {
        return LENGTH + refsLength + storedLength;
    }

    /** Writes everything but the CRC, which is written as zero. */
    void encode(Encoder out) {
        out.u32(PackFormat.ENTRY_MAGIC).u8(type).u8(flags).u16(keyIndex).u32(ordinal);
        out.u32(refsLength).u32(rawLength).u32(storedLength).id(id).u32(0);
    }

    /** What the payload is bound to, before refs. */
    byte[] aad(byte[] vaultId, int packKind) {
        return new Encoder(80)
                .raw(vaultId)
                .u8(packKind)
                .u8(type)
                .u8(flags)
                .id(id)
                .u32(refsLength)
                .u32(rawLength)
                .u32(storedLength)
                .toBytes();
    }

    /** The kind of pack that such entries are in. */
    public int packKind() {
        return type == PackFormat.CHUNK ? PackFormat.DATA : PackFormat.META;
    }
}

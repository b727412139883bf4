package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.spi.PluginException;

/**
 * What the first bytes of a segment say, checked against its length.
 *
 * @param packs how many
 * @param entries how many
 * @param filterBlocks of 64 bytes
 * @param fanoutBits bits of a prefix
 * @param filterAt where the filter begins
 * @param fanoutAt where the table of prefixes begins
 * @param entriesAt where the entries begin
 */
record SegmentHead(
        int packs, int entries, int filterBlocks, int fanoutBits, int filterAt, int fanoutAt, int entriesAt) {

    /**
     * @param name of the segment
     * @param head its first {@link Segment#HEAD} bytes
     * @param total how many bytes it has
     */
    static SegmentHead decode(String name, byte[] head, int total) throws PluginException {
        Decoder in = new Decoder(name, head);
        in.magic(Segment.MAGIC);
        if (in.u8() != 1) {
            throw Decoder.damaged(name, "it is of another version");
        }
        in.skip(1);
        in.zeroes(2);
        in.skip(16);
        int packs = in.u32(Segment.MAX_PACKS);
        int entries = in.u32(Segment.MAX_ENTRIES);
        int filterBlocks = in.u32(Segment.MAX_LENGTH / 64);
        int fanoutBits = in.u8();
        in.zeroes(3);
        int filterAt = Segment.HEAD + packs * Segment.PACK_LENGTH;
        int fanoutAt = filterAt + filterBlocks * 64;
        long length = fanoutAt
                + ((1L << Math.min(fanoutBits, 20)) + 1) * 4
                + (long) entries * Segment.ENTRY_LENGTH
                + Segment.MAC_LENGTH;
        if (fanoutBits > 20 || filterBlocks < 1 || entries < 1 || length != total) {
            throw Decoder.damaged(name, "its header contradicts itself");
        }
        int entriesAt = (int) (length - Segment.MAC_LENGTH) - entries * Segment.ENTRY_LENGTH;
        return new SegmentHead(packs, entries, filterBlocks, fanoutBits, filterAt, fanoutAt, entriesAt);
    }
}

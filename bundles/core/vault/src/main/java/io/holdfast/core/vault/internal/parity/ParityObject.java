package io.holdfast.core.vault.internal.parity;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Encoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** The object beside a pack from which damage of the pack is repaired, FORMAT.md section 5.4. */
public final class ParityObject {

    /** Longest object that a reader looks at: as much parity as there can be, and two heads. */
    public static final int MAX_LENGTH = PackFormat.MAX_PACK + (32 << 20);

    private static final int MAGIC = 0x48467061;
    private static final int VERSION = 1;
    private static final int CODE = 1;
    private static final int HEADER = 76;
    /** So many headers are looked at from the start, and as many from the end. */
    private static final int CANDIDATES = 4;

    private static final int MAC = 32;

    private final Layout layout;
    private final int[] dataCrcs;
    private final int[] parityCrcs;
    private final byte[] bytes;
    private final int firstBlock;

    private ParityObject(Layout layout, int[] dataCrcs, int[] parityCrcs, byte[] bytes, int head) {
        this.layout = layout;
        this.dataCrcs = dataCrcs;
        this.parityCrcs = parityCrcs;
        this.bytes = bytes;
        int before = head - layout.parityBlocks() * layout.blockSize();
        int after = head + headLength(layout);
        this.firstBlock = goodBlocks(before) > goodBlocks(after) ? before : after;
    }

    /**
     * The bytes of the object for a pack.
     *
     * @param percent of the pack, 1 to 100
     * @throws IOException if the pack cannot be read, or is shorter than it should be
     */
    public static byte[] encode(KeyRing keys, Id pack, int packSize, BlockSource source, int percent)
            throws IOException {
        Layout layout = Layout.choose(packSize, percent);
        int head = headLength(layout);
        byte[] out = new byte[2 * head + layout.parityBlocks() * layout.blockSize()];
        ParityEncoder encoder = new ParityEncoder(layout, source);
        encoder.encode(out, head);
        Encoder table = new Encoder(head);
        table.raw(header(keys, pack, layout));
        for (int crc : encoder.dataCrcs) {
            table.u32(crc);
        }
        for (int crc : encoder.parityCrcs) {
            table.u32(crc);
        }
        byte[] mac = keys.objectMac("", ObjectNames.parity(pack).value(), table.array(), table.size());
        byte[] first = Arrays.copyOf(table.raw(mac).toBytes(), head);
        System.arraycopy(first, 0, out, 0, head);
        System.arraycopy(first, 0, out, out.length - head, head);
        return out;
    }

    private static byte[] header(KeyRing keys, Id pack, Layout layout) {
        Encoder out = new Encoder(HEADER);
        out.u32(MAGIC).u8(VERSION).u8(CODE).u16(0).raw(keys.vaultId()).id(pack);
        out.u32(layout.packSize()).u32(layout.blockSize()).u32(layout.stripes());
        out.u16(layout.data()).u16(layout.parity());
        return out.u32(ParityEncoder.crc(out.array(), 0, out.size())).toBytes();
    }

    private static int macOffset(Layout layout) {
        return HEADER + 4 * (layout.blocks() + layout.parityBlocks());
    }

    /** With zeroes up to a whole number of blocks, so that one bad sector of the medium harms one block. */
    private static int headLength(Layout layout) {
        int length = macOffset(layout) + MAC;
        return (length + layout.blockSize() - 1) / layout.blockSize() * layout.blockSize();
    }

    /**
     * Reads an object that may be damaged: one good head out of two is enough, wherever it is.
     *
     * @throws PluginException {@code CORRUPT_DATA} if no head is good
     */
    public static ParityObject parse(KeyRing keys, Id pack, byte[] bytes) throws PluginException {
        String key = ObjectNames.parity(pack).value();
        PluginException first = null;
        for (int at : candidates(bytes)) {
            try {
                return parse(keys, pack, key, bytes, at);
            } catch (PluginException e) {
                first = first == null ? e : first;
            }
        }
        throw first != null ? first : Decoder.damaged(key, "neither of its two heads is there");
    }

    /** Where headers with a good checksum stand: the first and the last ones, so that a forged object full of them keeps nobody busy. */
    private static Set<Integer> candidates(byte[] bytes) {
        Set<Integer> found = new LinkedHashSet<>();
        int last = bytes.length - HEADER;
        for (int at = 0; at <= last && found.size() < CANDIDATES; at++) {
            if (isHead(bytes, at)) {
                found.add(at);
            }
        }
        for (int at = last; at >= 0 && found.size() < 2 * CANDIDATES && !found.contains(at); at--) {
            if (isHead(bytes, at)) {
                found.add(at);
            }
        }
        return found;
    }

    private static boolean isHead(byte[] bytes, int at) {
        return bytes[at] == 'H'
                && bytes[at + 1] == 'F'
                && bytes[at + 2] == 'p'
                && bytes[at + 3] == 'a'
                && java.nio.ByteBuffer.wrap(bytes).getInt(at + HEADER - 4) == ParityEncoder.crc(bytes, at, HEADER - 4);
    }

    private static ParityObject parse(KeyRing keys, Id pack, String key, byte[] bytes, int at) throws PluginException {
        Decoder in = new Decoder(key, bytes, at, bytes.length - at);
        in.magic(MAGIC);
        if (in.u8() != VERSION || in.u8() != CODE) {
            throw in.damaged("it is of another version");
        }
        in.zeroes(2);
        boolean ours = Arrays.equals(in.raw(16), keys.vaultId()) && in.id().equals(pack);
        if (!ours) {
            throw in.damaged("it belongs to another pack or vault");
        }
        Layout layout = new Layout(in.u32(), in.u32(), in.u32(), in.u16(), in.u16());
        layout.check(in);
        in.skip(4);
        int mac = macOffset(layout);
        if (mac + MAC > bytes.length - at) {
            throw in.damaged("it ends early");
        }
        byte[] head = Arrays.copyOfRange(bytes, at, at + mac + MAC);
        if (!keys.objectMacMatches("", key, head, mac)) {
            throw in.damaged("its authentication code does not match");
        }
        int[] dataCrcs = crcs(in, layout.blocks());
        int[] parityCrcs = crcs(in, layout.parityBlocks());
        return new ParityObject(layout, dataCrcs, parityCrcs, bytes, at);
    }

    private static int[] crcs(Decoder in, int count) throws PluginException {
        int[] crcs = new int[count];
        for (int i = 0; i < count; i++) {
            crcs[i] = in.bits32();
        }
        return crcs;
    }

    Layout layout() {
        return layout;
    }

    /** Whether block n of the pack is this one, which has its full length. */
    boolean isBlock(int number, byte[] block) {
        return ParityEncoder.crc(block, 0, block.length) == dataCrcs[number];
    }

    /** Whether a parity block is as it was written. */
    boolean isGood(int number) {
        return isGood(number, firstBlock);
    }

    private boolean isGood(int number, int first) {
        long at = (long) first + (long) number * layout.blockSize();
        return at >= 0
                && at <= bytes.length - layout.blockSize()
                && ParityEncoder.crc(bytes, (int) at, layout.blockSize()) == parityCrcs[number];
    }

    private int goodBlocks(int first) {
        int good = 0;
        for (int number = 0; number < layout.parityBlocks(); number++) {
            good += isGood(number, first) ? 1 : 0;
        }
        return good;
    }

    /** A parity block. */
    byte[] block(int number) {
        int at = firstBlock + number * layout.blockSize();
        return Arrays.copyOfRange(bytes, at, at + layout.blockSize());
    }

    /** Whether every byte of the object is as it was written. */
    public boolean intact() {
        int head = headLength(layout);
        return bytes.length == 2 * head + layout.parityBlocks() * layout.blockSize()
                && Arrays.equals(bytes, 0, head, bytes, bytes.length - head, bytes.length)
                && goodBlocks(head) == layout.parityBlocks();
    }
}

package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Set;

/** An index segment, usually mapped, FORMAT.md section 7. Immutable but for the set of packs that are trusted. */
public final class Segment {

    static final int MAGIC = 0x48466978;
    static final int HEAD = 40;
    static final int PACK_LENGTH = 37;
    static final int ENTRY_LENGTH = 44;
    static final int MAC_LENGTH = 32;
    /** Greatest number of entries. */
    public static final int MAX_ENTRIES = 524_288;
    /** Greatest number of packs. */
    public static final int MAX_PACKS = 65_536;
    /** Greatest length in bytes. */
    public static final int MAX_LENGTH = 40 << 20;

    private final String name;
    private final ByteBuffer bytes;
    private final int packs;
    private final int entries;
    private final int filterBlocks;
    /** 2^64 / filterBlocks, rounded down: a quotient by way of it is too small by one at most. */
    private final long reciprocal;

    private final int fanoutBits;
    private final int filterAt;
    private final int fanoutAt;
    private final int entriesAt;
    private volatile BitSet distrusted = new BitSet();

    /** What a pack table says. */
    public record PackRow(Id pack, int size, int kind) {}

    /**
     * A segment over those bytes, whose authenticity has been checked.
     *
     * @param name its key
     * @param bytes all of it
     */
    public Segment(String name, ByteBuffer bytes) throws PluginException {
        this.name = name;
        this.bytes = bytes;
        if (bytes.limit() < HEAD + MAC_LENGTH || bytes.limit() > MAX_LENGTH) {
            throw Decoder.damaged(name, "it has an impossible size");
        }
        byte[] head = new byte[HEAD];
        bytes.get(0, head);
        Decoder in = new Decoder(name, head);
        in.magic(MAGIC);
        if (in.u8() != 1) {
            throw Decoder.damaged(name, "it is of another version");
        }
        in.skip(1);
        in.zeroes(2);
        in.skip(16);
        packs = in.u32(MAX_PACKS);
        entries = in.u32(MAX_ENTRIES);
        filterBlocks = in.u32(MAX_LENGTH / 64);
        fanoutBits = in.u8();
        in.zeroes(3);
        filterAt = HEAD + packs * PACK_LENGTH;
        fanoutAt = filterAt + filterBlocks * 64;
        long length =
                fanoutAt + ((1L << Math.min(fanoutBits, 20)) + 1) * 4 + (long) entries * ENTRY_LENGTH + MAC_LENGTH;
        if (fanoutBits > 20 || filterBlocks < 1 || entries < 1 || length != bytes.limit()) {
            throw Decoder.damaged(name, "its header contradicts itself");
        }
        reciprocal = Long.divideUnsigned(-1L, filterBlocks);
        entriesAt = (int) (length - MAC_LENGTH) - entries * ENTRY_LENGTH;
    }

    /** Whether these bytes are the segment of that key. */
    public static boolean authentic(KeyRing keys, ObjectKey key, byte[] bytes) {
        int length = bytes.length - MAC_LENGTH;
        return length >= HEAD && keys.objectMacMatches("", key.value(), bytes, length);
    }

    /** Whether these bytes are not as long as their own header says. */
    public static boolean wrongLength(String name, byte[] bytes) {
        try {
            return new Segment(name, ByteBuffer.wrap(bytes)).entries() == 0;
        } catch (PluginException e) {
            return true;
        }
    }

    /** Its key. */
    public String name() {
        return name;
    }

    /** How many entries. */
    public int entries() {
        return entries;
    }

    /** How many packs. */
    public int packs() {
        return packs;
    }

    /** A row of the pack table. */
    public PackRow pack(int number) {
        int at = HEAD + number * PACK_LENGTH;
        return new PackRow(Id.at(bytes, at), bytes.getInt(at + 32), bytes.get(at + 36));
    }

    /** The id of an entry. */
    public Id idAt(int entry) {
        return Id.at(bytes, entriesAt + entry * ENTRY_LENGTH);
    }

    /** The first eight bytes of the id of an entry. */
    public long prefixAt(int entry) {
        return bytes.getLong(entriesAt + entry * ENTRY_LENGTH);
    }

    /** The first entry whose id, by its first eight bytes as an unsigned number, is not below; the number of entries if there is none. */
    public int firstFrom(long prefix) {
        int low = 0;
        int high = entries;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(prefixAt(middle), prefix) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The pack number of an entry. */
    public int packAt(int entry) {
        return bytes.getInt(entriesAt + entry * ENTRY_LENGTH + 32);
    }

    /** The length of an entry. */
    public int lengthAt(int entry) {
        return bytes.getInt(entriesAt + entry * ENTRY_LENGTH + 40);
    }

    /** Whether an entry has that id. */
    public boolean isAt(int entry, Id id) {
        int at = entriesAt + entry * ENTRY_LENGTH;
        return bytes.getLong(at) == id.a()
                && bytes.getLong(at + 8) == id.b()
                && bytes.getLong(at + 16) == id.c()
                && bytes.getLong(at + 24) == id.d();
    }

    /** Where an entry is. */
    public Location locationAt(int entry) throws PluginException {
        int at = entriesAt + entry * ENTRY_LENGTH;
        int number = bytes.getInt(at + 32);
        if (number < 0 || number >= packs) {
            throw Decoder.damaged(name, "an entry names no pack");
        }
        int offset = bytes.getInt(at + 36);
        int length = bytes.getInt(at + 40);
        if (offset < 0 || length < EntryHeader.LENGTH || offset > PackFormat.MAX_PACK - length) {
            throw Decoder.damaged(name, "an entry lies outside of its pack");
        }
        PackRow row = pack(number);
        return new Location(row.pack(), row.kind(), offset, length);
    }

    /** Marks the packs that must not be relied on. */
    public void distrust(Set<Id> lost) {
        BitSet bits = new BitSet();
        if (!lost.isEmpty()) {
            for (int i = 0; i < packs; i++) {
                if (lost.contains(pack(i).pack())) {
                    bits.set(i);
                }
            }
        }
        distrusted = bits;
    }

    /** Whether the pack of an entry may be relied on. */
    public boolean trusted(int entry) {
        BitSet bits = distrusted;
        int number = packAt(entry);
        return number >= 0 && number < packs && !bits.get(number);
    }

    /** The first entry with that id, or -1. */
    public int find(Id id) {
        if (!mayHold(id)) {
            return -1;
        }
        int prefix = fanoutBits == 0 ? 0 : (int) (id.a() >>> (64 - fanoutBits));
        int low = Math.max(0, bytes.getInt(fanoutAt + prefix * 4));
        int high = Math.min(entries, bytes.getInt(fanoutAt + (prefix + 1) * 4));
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareAt(middle, id) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < entries && isAt(low, id) ? low : -1;
    }

    private int compareAt(int entry, Id id) {
        int order = Long.compareUnsigned(bytes.getLong(entriesAt + entry * ENTRY_LENGTH), id.a());
        return order != 0 ? order : idAt(entry).compareTo(id);
    }

    private boolean mayHold(Id id) {
        int block = filterAt + blockOf(id.a() >>> 1) * 64;
        for (int i = 0; i < 6; i++) {
            int bit = (int) (id.b() >>> (9 * i)) & 511;
            if ((bytes.get(block + (bit >> 3)) >> (bit & 7) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code value % filterBlocks} without a division, which would be most of a look-up in vain; value is not negative. */
    private int blockOf(long value) {
        if (filterBlocks == 1) {
            return 0;
        }
        long rest = value - Math.multiplyHigh(value, reciprocal) * filterBlocks;
        return (int) (rest >= filterBlocks ? rest - filterBlocks : rest);
    }
}

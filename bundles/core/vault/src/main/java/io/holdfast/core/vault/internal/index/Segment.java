package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.pack.EntryHeader;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * An index segment, FORMAT.md section 7, in memory or as a local copy that is read where it is needed. Immutable but for the set of packs
 * that are trusted. What reads it throws if its local copy is damaged and cannot be made again.
 */
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

    /** So many entries are read at once, and not looked for one by one. */
    private static final int FEW = 256;

    private final String name;
    private final SegmentBytes bytes;
    private final SegmentHead head;
    private final SegmentBytes.Guide guide;
    private volatile BitSet distrusted = new BitSet();

    /** What a pack table says. */
    public record PackRow(Id pack, int size, int kind) {}

    /**
     * What an entry says besides its id, unchecked.
     *
     * @param number which entry it is
     * @param pack the number of its pack
     * @param offset in the pack
     * @param length in the pack
     */
    public record Entry(int number, int pack, int offset, int length) {}

    /**
     * A segment in memory, whose authenticity has been checked.
     *
     * @param name its key
     * @param bytes all of it
     */
    public Segment(String name, byte[] bytes) throws PluginException {
        this(name, new HeldBytes(bytes));
    }

    Segment(String name, SegmentBytes bytes) throws PluginException {
        this.name = name;
        this.bytes = bytes;
        this.head = head(name, bytes);
        this.guide = bytes.guide(head);
    }

    static SegmentHead head(String name, SegmentBytes bytes) throws PluginException {
        if (bytes.length() < HEAD + MAC_LENGTH || bytes.length() > MAX_LENGTH) {
            throw Decoder.damaged(name, "it has an impossible size");
        }
        byte[] first = new byte[HEAD];
        SegmentBytes.Window window = bytes.window(0, HEAD, null);
        System.arraycopy(window.array(), window.from(), first, 0, HEAD);
        return SegmentHead.decode(name, first, bytes.length());
    }

    /** Whether these bytes are the segment of that key. */
    public static boolean authentic(KeyRing keys, ObjectKey key, byte[] bytes) {
        int length = bytes.length - MAC_LENGTH;
        return length >= HEAD && keys.objectMacMatches("", key.value(), bytes, length);
    }

    /** Whether these bytes are not as long as their own header says. */
    public static boolean wrongLength(String name, byte[] bytes) {
        try {
            return new Segment(name, bytes).entries() == 0;
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
        return head.entries();
    }

    /** How many packs. */
    public int packs() {
        return head.packs();
    }

    /** A row of the pack table. */
    public PackRow pack(int number) throws PluginException {
        SegmentBytes.Window window = bytes.window(HEAD + number * PACK_LENGTH, PACK_LENGTH, null);
        return row(window.array(), window.from());
    }

    /** All rows of the pack table, in the order of their numbers. */
    public List<PackRow> packTable() throws PluginException {
        List<PackRow> rows = new ArrayList<>(packs());
        SegmentBytes.Window window = bytes.window(HEAD, packs() * PACK_LENGTH, null);
        for (int i = 0; i < packs(); i++) {
            rows.add(row(window.array(), window.from() + i * PACK_LENGTH));
        }
        return rows;
    }

    private static PackRow row(byte[] array, int at) {
        return new PackRow(Id.at(array, at), ByteBuffer.wrap(array).getInt(at + 32), array[at + 36]);
    }

    /** Entries in their order, from one on up to, but without, another one. */
    public SegmentCursor cursor(int from, int to) {
        return new SegmentCursor(bytes, head.entriesAt(), from, to);
    }

    /** The first entry whose id, by its first eight bytes as an unsigned number, is not below; the number of entries if there is none. */
    public int firstFrom(long prefix) throws PluginException {
        return firstFrom(prefix, guide.from(prefix), guide.to(prefix));
    }

    private int firstFrom(long prefix, int from, int to) throws PluginException {
        int low = from;
        int high = to;
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

    private long prefixAt(int entry) throws PluginException {
        SegmentBytes.Window window = bytes.window(head.entriesAt() + entry * ENTRY_LENGTH, 8, null);
        return ByteBuffer.wrap(window.array()).getLong(window.from());
    }

    /** Where an entry is. */
    public Location location(Entry entry) throws PluginException {
        check(entry.pack(), entry.offset(), entry.length());
        PackRow row = pack(entry.pack());
        return new Location(row.pack(), row.kind(), entry.offset(), entry.length());
    }

    /** Refuses an entry that cannot be. */
    public void check(int pack, int offset, int length) throws PluginException {
        if (pack < 0 || pack >= packs()) {
            throw Decoder.damaged(name, "an entry names no pack");
        }
        if (offset < 0 || length < EntryHeader.LENGTH || offset > PackFormat.MAX_PACK - length) {
            throw Decoder.damaged(name, "an entry lies outside of its pack");
        }
    }

    /** Marks the packs that must not be relied on. */
    public void distrust(Set<Id> lost) throws PluginException {
        BitSet bits = new BitSet();
        if (!lost.isEmpty()) {
            List<PackRow> rows = packTable();
            for (int i = 0; i < rows.size(); i++) {
                bits.set(i, lost.contains(rows.get(i).pack()));
            }
        }
        distrusted = bits;
    }

    /** Whether the pack of an entry may be relied on. */
    public boolean trusted(Entry entry) {
        return entry.pack() >= 0 && entry.pack() < packs() && !distrusted.get(entry.pack());
    }

    /** All entries with that id. */
    public List<Entry> find(Id id) throws PluginException {
        if (!guide.mayHold(id)) {
            return List.of();
        }
        int low = guide.from(id.a());
        int high = guide.to(id.a());
        SegmentCursor cursor = cursor(high - low > FEW ? firstFrom(id.a(), low, high) : low, high);
        List<Entry> found = List.of();
        while (cursor.next()) {
            int order = cursor.compareTo(id);
            if (order > 0) {
                break;
            }
            if (order == 0) {
                found = found.isEmpty() ? new ArrayList<>(1) : found;
                found.add(cursor.entry());
            }
        }
        return found;
    }
}

package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.spi.PluginException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Entries of a segment one after the other, read in portions of 64 KiB. For one thread. */
public final class SegmentCursor {

    private static final int PORTION = (64 << 10) / Segment.ENTRY_LENGTH;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final SegmentBytes bytes;
    private final int entriesAt;
    private final int to;
    private byte[] array = new byte[0];
    private byte @Nullable [] own;
    private int at;
    private int entry;
    private int held;

    SegmentCursor(SegmentBytes bytes, int entriesAt, int from, int to) {
        this.bytes = bytes;
        this.entriesAt = entriesAt;
        this.to = to;
        this.entry = from - 1;
        this.held = from;
    }

    /** Goes to the next entry, at first to the first one; false behind the last one. */
    public boolean next() throws PluginException {
        entry++;
        at += Segment.ENTRY_LENGTH;
        if (entry >= to) {
            return false;
        }
        if (entry >= held) {
            int count = Math.min(PORTION, to - entry);
            SegmentBytes.Window window =
                    bytes.window(entriesAt + entry * Segment.ENTRY_LENGTH, count * Segment.ENTRY_LENGTH, own);
            array = window.array();
            own = bytes instanceof HeldBytes ? null : array;
            at = window.from();
            held = entry + count;
        }
        return true;
    }

    /** Which entry this is. */
    public int number() {
        return entry;
    }

    /** The first eight bytes of its id. */
    public long prefix() {
        return (long) LONGS.get(array, at);
    }

    /** Its id. */
    public Id id() {
        return Id.at(array, at);
    }

    /** The number of its pack, unchecked. */
    public int pack() {
        return (int) INTS.get(array, at + 32);
    }

    /** Where in the pack it is, unchecked. */
    public int offset() {
        return (int) INTS.get(array, at + 36);
    }

    /** How long it is, unchecked. */
    public int length() {
        return (int) INTS.get(array, at + 40);
    }

    /** All but the id. */
    public Segment.Entry entry() {
        return new Segment.Entry(entry, pack(), offset(), length());
    }

    /** The order of its id and another one. */
    int compareTo(Id id) {
        int order = Long.compareUnsigned(prefix(), id.a());
        return order != 0 ? order : id().compareTo(id);
    }
}

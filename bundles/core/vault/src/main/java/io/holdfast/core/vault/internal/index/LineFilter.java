package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;
import java.nio.ByteBuffer;

/**
 * The filter of a local copy: a line of 64 bytes, as much as a processor fetches at once, for each range of ids in which 64 are expected. A
 * line has the number of the first entry of its range, and a Bloom filter of 480 bits. So one line says whether an id may be there and among
 * which entries, eight bits an entry say all, and a false answer costs one read. Says yes to one absent id in 30, in small segments to one in
 * a thousand.
 */
final class LineFilter implements SegmentBytes.Guide {

    static final int LINE = 64;

    private static final int ENTRIES = 64;
    /** Up to so many entries a segment is small, and has lines of fewer entries: few bytes in all, and hardly a false answer. */
    private static final int SMALL = 1 << 16;

    private static final int ENTRIES_OF_SMALL = 24;
    private static final int BITS = (LINE - 4) * 8;
    private static final int HASHES = 5;

    private final ByteBuffer bytes;
    private final int lines;
    private final int entries;

    /**
     * @param bytes that many lines, from 0 on
     * @param entries of the segment
     */
    LineFilter(ByteBuffer bytes, int lines, int entries) {
        this.bytes = bytes;
        this.lines = lines;
        this.entries = entries;
    }

    /** Lines for that many entries. */
    static int lines(int entries) {
        int each = entries <= SMALL ? ENTRIES_OF_SMALL : ENTRIES;
        return (entries + each - 1) / each;
    }

    /** Makes the lines of entries that come in their order. */
    static final class Builder {

        private final byte[] bytes;
        private final ByteBuffer numbers;
        private final int lines;
        private int added;
        private int line;

        Builder(int entries) {
            lines = lines(entries);
            bytes = new byte[lines * LINE];
            numbers = ByteBuffer.wrap(bytes);
        }

        void add(long a, long b) {
            int own = lineOf(a, lines);
            while (line < own) {
                numbers.putInt(++line * LINE, added);
            }
            for (int i = 0; i < HASHES; i++) {
                int bit = bitOf(b, i);
                bytes[own * LINE + 4 + (bit >> 3)] |= (byte) (1 << (bit & 7));
            }
            added++;
        }

        byte[] finish() {
            while (line < lines - 1) {
                numbers.putInt(++line * LINE, added);
            }
            return bytes;
        }
    }

    /** Grows with the id. */
    private static int lineOf(long a, int lines) {
        return (int) Math.multiplyHigh(a >>> 1, 2L * lines);
    }

    private static int bitOf(long b, int i) {
        return ((int) (b >>> (12 * i)) & 4095) * BITS >> 12;
    }

    @Override
    public boolean mayHold(Id id) {
        int at = lineOf(id.a(), lines) * LINE + 4;
        for (int i = 0; i < HASHES; i++) {
            int bit = bitOf(id.b(), i);
            if ((bytes.get(at + (bit >> 3)) >> (bit & 7) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int from(long prefix) {
        return bytes.getInt(lineOf(prefix, lines) * LINE);
    }

    @Override
    public int to(long prefix) {
        int next = lineOf(prefix, lines) + 1;
        return next == lines ? entries : bytes.getInt(next * LINE);
    }
}

package io.holdfast.core.vault.internal.chunk;

/**
 * Finds where content is cut: FastCDC with a keyed gear table and normalized chunking, FORMAT.md section 6. One chunk at
 * a time, whose bytes may come in portions. For one thread.
 */
public final class Chunker {

    private final long[] gear;
    private final int min;
    private final int average;
    private final int max;
    private final long maskSmall;
    private final long maskLarge;
    private long hash;
    private int at;

    /** A chunker with those bounds. */
    public Chunker(long[] gear, int min, int average, int max) {
        this.gear = gear;
        this.min = min;
        this.average = average;
        this.max = max;
        int bits = Integer.numberOfTrailingZeros(average);
        maskSmall = -1L << (64 - (bits + 1));
        maskLarge = -1L << (64 - (bits - 1));
        reset();
    }

    /** Starts a new chunk. */
    public void reset() {
        hash = 0;
        at = 0;
    }

    /** Greatest length of a chunk. */
    public int max() {
        return max;
    }

    /**
     * Looks for the end of the chunk that starts at {@code start}, of which the bytes before were looked at by earlier calls.
     *
     * @param end up to where there are bytes
     * @return the length of the chunk, or -1 if it does not end before {@code end}
     */
    public int find(byte[] bytes, int start, int end) {
        int limit = Math.min(end - start, max);
        int i = Math.max(at, Math.min(min, limit));
        long h = hash;
        int small = Math.min(average, limit);
        for (; i < small; i++) {
            h = (h << 1) + gear[bytes[start + i] & 0xff];
            if ((h & maskSmall) == 0) {
                return i + 1;
            }
        }
        for (; i < limit; i++) {
            h = (h << 1) + gear[bytes[start + i] & 0xff];
            if ((h & maskLarge) == 0) {
                return i + 1;
            }
        }
        hash = h;
        at = i;
        return i >= max ? max : -1;
    }
}

package io.holdfast.sample.strategy.generated.internal;

import java.nio.ByteBuffer;

/**
 * Computes any byte of any day in constant time. Data come in blocks of 4 KiB, as hard to compress as an ordinary disk's: three
 * of ten blocks are zero, four are text of few letters, three are random.
 *
 * @param seed differs between instances, and between the things in them
 * @param dailyChange percent of the blocks that are new each day
 */
record Generator(long seed, int dailyChange) {

    static final int BLOCK = 4096;

    private static final int DAYS_IN_TURN = 100;

    /** The generator of a part, unlike that of any other part. */
    Generator part(long number) {
        return new Generator(mix(seed * 31 + number), dailyChange);
    }

    boolean isZero(long block) {
        return Long.remainderUnsigned(mix(seed ^ block), 10) < 3;
    }

    /**
     * Which version of a block a day sees: in a hundred days each block changes as often as the daily change says, spread
     * evenly, and not all on the same days.
     */
    long version(long block, long day) {
        long phase = Long.remainderUnsigned(mix(seed + block * 7), DAYS_IN_TURN);
        return Math.floorDiv((day + phase) * dailyChange, DAYS_IN_TURN);
    }

    /** Fills the buffer with what lies at an offset, across blocks. */
    void fill(long offset, ByteBuffer target, long day) {
        long at = offset;
        while (target.hasRemaining()) {
            long block = at / BLOCK;
            int from = (int) (at % BLOCK);
            int to = Math.min(BLOCK, from + target.remaining());
            fillBlock(block, from, to, target, day);
            at += to - from;
        }
    }

    private void fillBlock(long block, int from, int to, ByteBuffer target, long day) {
        if (isZero(block)) {
            target.put(new byte[to - from]);
            return;
        }
        long start = mix(seed ^ (block << 20) ^ version(block, day));
        boolean text = Long.remainderUnsigned(mix(seed ^ block), 10) < 7;
        long word = 0;
        for (int i = from; i < to; i++) {
            if (i == from || i % 8 == 0) {
                word = mix(start + i / 8);
            }
            int value = (int) (word >>> (i % 8 * 8)) & 0xff;
            target.put((byte) (text ? 'a' + value % 6 : value));
        }
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

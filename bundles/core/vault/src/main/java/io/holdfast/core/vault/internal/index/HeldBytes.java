package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Id;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A segment in memory; looks things up by the filter and the table of prefixes that are stored with it. */
record HeldBytes(byte[] bytes) implements SegmentBytes {

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public Window window(int at, int count, byte @Nullable [] reuse) {
        return new Window(bytes, at);
    }

    @Override
    public Guide guide(SegmentHead head) {
        return new Stored(ByteBuffer.wrap(bytes), head);
    }

    /** FORMAT.md section 7. Believes nothing of what it reads. */
    private static final class Stored implements Guide {

        private final ByteBuffer bytes;
        private final SegmentHead head;
        /** 2^64 / filterBlocks, rounded down: a quotient by way of it is too small by one at most. */
        private final long reciprocal;

        Stored(ByteBuffer bytes, SegmentHead head) {
            this.bytes = bytes;
            this.head = head;
            reciprocal = Long.divideUnsigned(-1L, head.filterBlocks());
        }

        @Override
        public boolean mayHold(Id id) {
            int block = head.filterAt() + blockOf(id.a() >>> 1) * 64;
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
            int blocks = head.filterBlocks();
            if (blocks == 1) {
                return 0;
            }
            long rest = value - Math.multiplyHigh(value, reciprocal) * blocks;
            return (int) (rest >= blocks ? rest - blocks : rest);
        }

        private int number(long prefix, int next) {
            int row = head.fanoutBits() == 0 ? 0 : (int) (prefix >>> (64 - head.fanoutBits()));
            int number = bytes.getInt(head.fanoutAt() + (row + next) * 4);
            return Math.max(0, Math.min(head.entries(), number));
        }

        @Override
        public int from(long prefix) {
            return number(prefix, 0);
        }

        @Override
        public int to(long prefix) {
            return number(prefix, 1);
        }
    }
}

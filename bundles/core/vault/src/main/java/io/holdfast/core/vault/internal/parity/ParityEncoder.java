package io.holdfast.core.vault.internal.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Computes the parity of one pack. Eight rows at once: a table for each data shard has, for each value of a byte, its products with the
 * coefficients of eight rows side by side in a long, so that a byte costs one look-up for eight rows. For one thread.
 */
final class ParityEncoder {

    private static final int ROWS = 8;

    private final Layout layout;
    private final BlockSource pack;
    private final long[][][] tables;
    private final long[][] sums;
    private final byte[] block;
    /** CRC-32C of each block of the pack. */
    final int[] dataCrcs;
    /** CRC-32C of each parity block. */
    final int[] parityCrcs;

    ParityEncoder(Layout layout, BlockSource pack) {
        this.layout = layout;
        this.pack = pack;
        int groups = (layout.parity() + ROWS - 1) / ROWS;
        this.tables = new long[groups][layout.data()][];
        for (int g = 0; g < groups; g++) {
            for (int shard = 0; shard < layout.data(); shard++) {
                tables[g][shard] = table(g * ROWS, shard);
            }
        }
        this.sums = new long[groups][layout.blockSize()];
        this.block = new byte[layout.blockSize()];
        this.dataCrcs = new int[layout.blocks()];
        this.parityCrcs = new int[layout.parityBlocks()];
    }

    private long[] table(int firstRow, int shard) {
        long[] table = new long[256];
        for (int i = 0; i < ROWS && firstRow + i < layout.parity(); i++) {
            int coefficient = layout.coefficient(firstRow + i, shard);
            for (int value = 1; value < 256; value++) {
                table[value] |= (long) Galois.multiply(coefficient, value) << 8 * i;
            }
        }
        return table;
    }

    /** Writes all parity blocks, one after the other, into an array from an offset. */
    void encode(byte[] out, int offset) throws IOException {
        for (int stripe = 0; stripe < layout.stripes(); stripe++) {
            for (long[] sum : sums) {
                Arrays.fill(sum, 0);
            }
            for (int shard = 0; shard < layout.data(); shard++) {
                int number = shard * layout.stripes() + stripe;
                if (number < layout.blocks()) {
                    load(number);
                    add(shard);
                }
            }
            for (int row = 0; row < layout.parity(); row++) {
                int number = row * layout.stripes() + stripe;
                int at = offset + number * layout.blockSize();
                store(row, out, at);
                parityCrcs[number] = crc(out, at, layout.blockSize());
            }
        }
    }

    private void load(int number) throws IOException {
        int length = layout.lengthOf(number);
        int n = pack.read(number * layout.blockSize(), block, length);
        if (n < length) {
            throw new IOException("the pack is shorter than it was");
        }
        Arrays.fill(block, length, block.length, (byte) 0);
        dataCrcs[number] = crc(block, 0, block.length);
    }

    private void add(int shard) {
        for (int g = 0; g < sums.length; g++) {
            add(sums[g], tables[g][shard], block);
        }
    }

    private static void add(long[] sum, long[] table, byte[] block) {
        for (int i = 0; i < block.length; i++) {
            sum[i] ^= table[block[i] & 0xff];
        }
    }

    private void store(int row, byte[] out, int at) {
        long[] sum = sums[row / ROWS];
        int shift = 8 * (row % ROWS);
        for (int i = 0; i < sum.length; i++) {
            out[at + i] = (byte) (sum[i] >>> shift);
        }
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}

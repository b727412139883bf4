package io.holdfast.core.vault.internal.parity;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.PluginException;

/**
 * How a pack is divided, FORMAT.md section 5.4. Block n of the pack is the shard number n / stripes of stripe n % stripes, so that
 * neighbours are in different stripes and a run of damage harms each of them a little. What is missing at the end counts as zero.
 *
 * @param packSize bytes of the pack, at least 1
 * @param blockSize bytes of a shard, a power of two
 * @param stripes how many codes lie side by side
 * @param data data shards of a stripe
 * @param parity parity shards of a stripe
 */
record Layout(int packSize, int blockSize, int stripes, int data, int parity) {

    static final int MIN_BLOCK = 256;
    static final int MAX_BLOCK = 64 << 10;
    static final int MAX_SHARDS = 256;

    private static final int USUAL_BLOCK = 4096;
    private static final int USUAL_SHARDS = 128;
    private static final int LEAST_PARITY = 2;

    /** What a writer chooses for a pack of that size and so much parity. */
    static Layout choose(int packSize, int percent) {
        int blockSize = MIN_BLOCK;
        while (blockSize < USUAL_BLOCK && packSize > (long) blockSize * USUAL_SHARDS) {
            blockSize <<= 1;
        }
        int blocks = ceil(packSize, blockSize);
        int stripes = ceil(blocks, USUAL_SHARDS);
        int data = ceil(blocks, stripes);
        int parity = Math.max(LEAST_PARITY, ceil(data * percent, 100));
        return new Layout(packSize, blockSize, stripes, data, parity);
    }

    /** Refuses what no writer may choose; also bounds what is allocated for it. */
    void check(Decoder in) throws PluginException {
        boolean good = packSize >= 1
                && packSize <= PackFormat.MAX_PACK
                && blockSize >= MIN_BLOCK
                && blockSize <= MAX_BLOCK
                && Integer.bitCount(blockSize) == 1
                && data >= 1
                && parity >= 1
                && data + parity <= MAX_SHARDS
                && stripes >= 1
                && stripes <= blocks()
                && data == ceil(blocks(), stripes)
                && (long) parity * stripes * blockSize <= PackFormat.MAX_PACK;
        if (!good) {
            throw in.damaged("its header contradicts itself");
        }
    }

    /** Blocks of the pack, the last of which may be shorter. */
    int blocks() {
        return ceil(packSize, blockSize);
    }

    /** Parity blocks of all stripes: that of row r and stripe s has the number r * stripes + s. */
    int parityBlocks() {
        return parity * stripes;
    }

    /** Bytes of a block that are in the pack; the rest of it is zero. */
    int lengthOf(int block) {
        return Math.min(blockSize, packSize - block * blockSize);
    }

    /** What data shard j of a stripe is multiplied with for parity row r: an element of a Cauchy matrix. */
    int coefficient(int row, int shard) {
        return Galois.inverse(255 - row ^ shard);
    }

    private static int ceil(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }
}

package io.holdfast.core.vault.internal.parity;

import java.util.Arrays;
import java.util.Map;

/**
 * What makes a damaged pack whole: blocks that stand in place of those that the destination gives.
 *
 * @param size bytes of the pack
 * @param blockSize bytes of a block
 * @param blocks by number
 */
public record Mended(int size, int blockSize, Map<Integer, byte[]> blocks) {

    /**
     * Bytes of the whole pack.
     *
     * @param found what the destination gives from that offset; may end anywhere
     * @return {@code length} bytes, fewer only at the end of the pack
     */
    public byte[] apply(int offset, int length, byte[] found) {
        int n = Math.max(0, Math.min(length, size - offset));
        byte[] out = Arrays.copyOf(found, n);
        int done = 0;
        while (done < n) {
            int at = offset + done;
            int within = at % blockSize;
            int part = Math.min(n - done, blockSize - within);
            byte[] block = blocks.get(at / blockSize);
            if (block != null) {
                System.arraycopy(block, within, out, done, part);
            }
            done += part;
        }
        return out;
    }
}

package io.holdfast.core.vault.internal.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of a pack, to be read block by block. */
public interface BlockSource {

    /**
     * Reads some bytes.
     *
     * @param length at most so many; where the pack ends earlier, fewer are there
     * @return how many
     */
    int read(int offset, byte[] into, int length) throws IOException;

    /** Bytes in memory. */
    static BlockSource of(byte[] bytes) {
        return (offset, into, length) -> {
            int n = Math.max(0, Math.min(length, bytes.length - offset));
            System.arraycopy(bytes, Math.min(offset, bytes.length), into, 0, n);
            return n;
        };
    }

    /** An open file. */
    static BlockSource of(FileChannel file) {
        return (offset, into, length) -> {
            ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
            int done = 0;
            while (done < length) {
                int n = file.read(buffer, (long) offset + done);
                if (n < 0) {
                    return done;
                }
                done += n;
            }
            return done;
        };
    }
}

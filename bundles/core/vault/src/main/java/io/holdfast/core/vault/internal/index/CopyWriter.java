package io.holdfast.core.vault.internal.index;

import io.holdfast.spi.PluginException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes a {@link CopyFile}: the bytes of the segment in portions, then what belongs to a copy. For one thread. */
final class CopyWriter {

    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    private final byte[] head = new byte[Segment.HEAD];
    private int[] sums = new int[64];
    private int length;

    CopyWriter(OutputStream out) {
        this.out = out;
    }

    void add(byte[] bytes, int count) throws IOException {
        if (length < head.length) {
            System.arraycopy(bytes, 0, head, length, Math.min(count, head.length - length));
        }
        for (int done = 0; done < count; ) {
            int n = Math.min(count - done, CopyFile.BLOCK - length % CopyFile.BLOCK);
            crc.update(bytes, done, n);
            done += n;
            length += n;
            if (length % CopyFile.BLOCK == 0) {
                sum();
            }
        }
        out.write(bytes, 0, count);
    }

    private void sum() {
        int block = (length - 1) / CopyFile.BLOCK;
        if (block == sums.length) {
            sums = Arrays.copyOf(sums, 2 * sums.length);
        }
        sums[block] = (int) crc.getValue();
        crc.reset();
    }

    int length() {
        return length;
    }

    /** The header of the segment, which must be whole by now. */
    SegmentHead head(String name) throws PluginException {
        return SegmentHead.decode(name, head, length);
    }

    /**
     * Completes a copy.
     *
     * @param written where the bytes are that have been added
     */
    void finish(String name, Path written) throws PluginException, IOException {
        if (length % CopyFile.BLOCK != 0) {
            sum();
        }
        SegmentHead decoded = head(name);
        byte[] filter = filter(decoded, written);
        int blocks = CopyFile.blocks(length);
        byte[] table = new byte[blocks * 4];
        ByteBuffer.wrap(table).asIntBuffer().put(sums, 0, blocks);
        crc.reset();
        crc.update(filter);
        crc.update(table);
        ByteBuffer trailer = ByteBuffer.allocate(CopyFile.TRAILER);
        trailer.putInt(CopyFile.MAGIC).putInt(CopyFile.VERSION).putInt(length);
        trailer.putInt(decoded.entries());
        crc.update(trailer.array(), 0, trailer.position());
        trailer.putInt((int) crc.getValue());
        out.write(new byte[blocks * CopyFile.BLOCK - length]);
        out.write(filter);
        out.write(table);
        out.write(trailer.array());
    }

    private static byte[] filter(SegmentHead head, Path written) throws IOException {
        LineFilter.Builder builder = new LineFilter.Builder(head.entries());
        try (InputStream file = Files.newInputStream(written);
                DataInputStream in = new DataInputStream(new BufferedInputStream(file, 1 << 16))) {
            in.skipNBytes(head.entriesAt());
            byte[] entry = new byte[Segment.ENTRY_LENGTH];
            ByteBuffer numbers = ByteBuffer.wrap(entry);
            for (int i = 0; i < head.entries(); i++) {
                in.readFully(entry);
                builder.add(numbers.getLong(0), numbers.getLong(8));
            }
        } catch (EOFException e) {
            throw new IOException("what was written cannot be read again", e);
        }
        return builder.finish();
    }
}

package io.holdfast.core.vault.internal.index;

import io.holdfast.core.vault.internal.codec.Decoder;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file that a local copy of a segment is: the segment as it is stored, zeroes up to a multiple of 4 KiB, a {@link LineFilter}, a CRC-32C
 * of each 4 KiB of the segment, and a trailer. The filter and the sums are mapped; the segment itself is read where it is needed, so that it
 * does not become memory of the process. Not part of the vault format: a copy of another version is fetched again.
 *
 * <p>An interruption of a reading thread does nothing, which is why this is no {@link FileChannel}. Who has opened a file may go on reading
 * when it has been deleted; it is closed when nobody refers to it any more.
 */
final class CopyFile implements SegmentBytes, AutoCloseable {

    static final int BLOCK = 4096;
    static final int MAGIC = 0x48466c63;
    static final int VERSION = 1;
    /** Magic, version, length of the segment, its entries, CRC of filter, sums, and these. */
    static final int TRAILER = 20;

    private final String name;
    private final RandomAccessFile file;
    private final int length;
    private final ByteBuffer sums;
    private final LineFilter filter;

    private CopyFile(String name, RandomAccessFile file, int length, ByteBuffer sums, LineFilter filter) {
        this.name = name;
        this.file = file;
        this.length = length;
        this.sums = sums;
        this.filter = filter;
    }

    static int blocks(int length) {
        return (length + BLOCK - 1) / BLOCK;
    }

    /**
     * Opens a file.
     *
     * @param length of the segment
     * @return null if this is no good copy of a segment of that length
     */
    static @Nullable CopyFile open(String name, Path path, int length) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        try {
            CopyFile copy = checked(name, file, length);
            if (copy == null) {
                file.close();
            }
            return copy;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable CopyFile checked(String name, RandomAccessFile file, int length) throws IOException {
        long end = file.length() - TRAILER;
        if (end < length || end > 2L * Segment.MAX_LENGTH) {
            return null;
        }
        byte[] last = new byte[TRAILER];
        file.seek(end);
        file.readFully(last);
        ByteBuffer trailer = ByteBuffer.wrap(last);
        int entries = trailer.getInt(12);
        if (trailer.getInt(0) != MAGIC
                || trailer.getInt(4) != VERSION
                || trailer.getInt(8) != length
                || entries < 1
                || entries > Segment.MAX_ENTRIES) {
            return null;
        }
        int lines = LineFilter.lines(entries);
        int from = blocks(length) * BLOCK;
        int size = lines * LineFilter.LINE + blocks(length) * 4;
        if (from + size != end) {
            return null;
        }
        ByteBuffer mapped = file.getChannel().map(FileChannel.MapMode.READ_ONLY, from, size);
        CRC32C crc = new CRC32C();
        crc.update(mapped.duplicate());
        crc.update(last, 0, TRAILER - 4);
        if ((int) crc.getValue() != trailer.getInt(16)) {
            return null;
        }
        int filterLength = lines * LineFilter.LINE;
        return new CopyFile(
                name,
                file,
                length,
                mapped.slice(filterLength, size - filterLength),
                new LineFilter(mapped.slice(0, filterLength), lines, entries));
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Guide guide(SegmentHead head) {
        return filter;
    }

    @Override
    public Window window(int at, int count, byte @Nullable [] reuse) throws PluginException {
        int first = at / BLOCK;
        int from = first * BLOCK;
        int end = Math.min(length, (at + count + BLOCK - 1) / BLOCK * BLOCK);
        byte[] bytes = reuse != null && reuse.length >= end - from ? reuse : new byte[end - from];
        try {
            synchronized (file) {
                file.seek(from);
                file.readFully(bytes, 0, end - from);
            }
        } catch (EOFException e) {
            throw Decoder.damaged(name, "its local copy ends early");
        } catch (IOException e) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA, "The local copy of " + name + " cannot be read: " + e.getMessage(), e);
        }
        CRC32C crc = new CRC32C();
        for (int block = from; block < end; block += BLOCK) {
            crc.reset();
            crc.update(bytes, block - from, Math.min(BLOCK, end - block));
            if ((int) crc.getValue() != sums.getInt(block / BLOCK * 4)) {
                throw Decoder.damaged(name, "its local copy has changed");
            }
        }
        return new Window(bytes, at - from);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

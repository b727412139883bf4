package io.holdfast.destination.filesystem.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A range of a file. Reads are full but for the last one; a file that has become shorter is an error, not an end. */
final class RangeStream extends InputStream {

    private static final int PIECE = 1 << 20;

    private final ObjectKey key;
    private final FileChannel channel;
    private final long end;
    private final TransferContext context;
    private final BooleanSupplier closedBelow;
    private long position;

    RangeStream(
            ObjectKey key,
            FileChannel channel,
            long start,
            long end,
            TransferContext context,
            BooleanSupplier closedBelow) {
        this.key = key;
        this.channel = channel;
        this.position = start;
        this.end = end;
        this.context = context;
        this.closedBelow = closedBelow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, wanted);
        while (buffer.hasRemaining()) {
            buffer.limit(Math.min(offset + wanted, buffer.position() + PIECE));
            readPiece(buffer);
            if (!buffer.hasRemaining()) {
                buffer.limit(offset + wanted);
            }
        }
        return wanted;
    }

    private void readPiece(ByteBuffer piece) throws IOException {
        try {
            context.cancellation().throwIfCancelled();
            if (closedBelow.getAsBoolean()) {
                throw new PluginException(
                        ErrorKind.UNAVAILABLE, "cannot read object " + key + ": the destination was closed");
            }
            int n = channel.read(piece, position);
            if (n < 0) {
                throw new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "object " + key + " has become shorter than " + end + " bytes while it was read");
            }
            position += n;
            context.transferred(n);
        } catch (PluginException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            PluginException known = IoFailures.classifyRead(e, "read object " + key);
            throw new IOException(known.getMessage(), known);
        }
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public long skip(long n) {
        long skipped = Math.max(0, Math.min(n, end - position));
        position += skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

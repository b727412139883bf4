package io.holdfast.core.worker.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.RandomReadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A range of something that can be read at any offset, in order. */
final class RangeStream extends InputStream {

    private final RandomReadable content;
    private final AutoCloseable owner;
    private final long end;
    private long position;
    private boolean closed;

    /** @param owner closed with the stream */
    RangeStream(RandomReadable content, long offset, long length, AutoCloseable owner) {
        this.content = content;
        this.owner = owner;
        this.position = Math.min(offset, content.size());
        this.end = length > content.size() - position ? content.size() : position + length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        try {
            int read = content.read(position, ByteBuffer.wrap(target, offset, wanted));
            if (read < 0) {
                throw new IOException("the content ends at " + position + " instead of " + end);
            }
            position += read;
            return read;
        } catch (PluginException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public int available() {
        return (int) Math.min(1 << 20, end - position);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (owner) {
            content.close();
        } catch (Exception e) {
            throw new IOException("closing the content failed", e);
        }
    }
}

package io.holdfast.transport.nbd.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads numbers and bytes through one buffer of fixed size. */
public final class WireInput {

    private static final int SIZE = 256 << 10;

    private final Link link;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE).limit(0);

    public WireInput(Link link) {
        this.link = link;
    }

    /** Takes bytes out of a buffer, all of them. */
    public interface Sink {
        void accept(ByteBuffer bytes);
    }

    /** Whether bytes have arrived that nobody has asked for yet. */
    public boolean hasUnread() {
        return buffer.hasRemaining();
    }

    public int uint8() throws IOException {
        need(1);
        return buffer.get() & 0xff;
    }

    public int uint16() throws IOException {
        need(2);
        return buffer.getShort() & 0xffff;
    }

    public int int32() throws IOException {
        need(4);
        return buffer.getInt();
    }

    public long uint32() throws IOException {
        return int32() & 0xffffffffL;
    }

    public long int64() throws IOException {
        need(8);
        return buffer.getLong();
    }

    /** The caller has bounded the length. */
    public String string(int length) throws IOException {
        var bytes = new byte[length];
        var target = ByteBuffer.wrap(bytes);
        transfer(length, target::put);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public void skip(long length) throws IOException {
        transfer(length, bytes -> bytes.position(bytes.limit()));
    }

    /** Hands over the next bytes as they arrive. */
    public void transfer(long length, Sink sink) throws IOException {
        for (long left = length; left > 0; ) {
            need(1);
            int count = (int) Math.min(left, buffer.remaining());
            int end = buffer.limit();
            buffer.limit(buffer.position() + count);
            sink.accept(buffer);
            buffer.limit(end);
            left -= count;
        }
    }

    private void need(int count) throws IOException {
        if (buffer.remaining() >= count) {
            return;
        }
        buffer.compact();
        try {
            while (buffer.position() < count) {
                if (link.read(buffer) < 0) {
                    throw new EOFException("the other side has closed the connection");
                }
            }
        } finally {
            buffer.flip();
        }
    }
}

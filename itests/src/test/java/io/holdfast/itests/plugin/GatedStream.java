package io.holdfast.itests.plugin;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that cannot be compressed but are always the same, with the gate in the middle. */
public final class GatedStream extends InputStream {

    /** How many bytes there are. */
    public static final long SIZE = 24L << 20;

    private static final long GATE = SIZE / 2;

    private final Gate gate;
    private final Cancellation cancellation;
    private long position;

    GatedStream(Gate gate, Cancellation cancellation) {
        this.gate = gate;
        this.cancellation = cancellation;
    }

    /** The byte at a position. */
    public static byte at(long position) {
        long word = (position >> 3) * 0x9E3779B97F4A7C15L;
        word ^= word >>> 32;
        word *= 0xD6E8FEB86659FD93L;
        word ^= word >>> 32;
        return (byte) (word >>> ((position & 7) << 3));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (position >= SIZE) {
            return -1;
        }
        if (position == GATE) {
            try {
                gate.await(cancellation);
            } catch (PluginException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        long end = position < GATE ? GATE : SIZE;
        int n = (int) Math.min(length, end - position);
        for (int i = 0; i < n; i++) {
            bytes[offset + i] = at(position + i);
        }
        position += n;
        return n;
    }
}

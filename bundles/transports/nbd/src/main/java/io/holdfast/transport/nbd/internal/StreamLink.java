package io.holdfast.transport.nbd.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A pair of streams. */
public final class StreamLink implements Link {

    private static final int SLICE = 256 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable closer;
    private final byte[] received = new byte[SLICE];
    private final byte[] sent = new byte[SLICE];

    /** @param closer ends both directions; must not wait for a reader or a writer */
    public StreamLink(InputStream in, OutputStream out, Closeable closer) {
        this.in = in;
        this.out = out;
        this.closer = closer;
    }

    /** Closes the streams in a thread of its own, as a stream's close may wait for a blocked write. */
    public static StreamLink of(String name, InputStream in, OutputStream out) {
        return new StreamLink(in, out, () -> {
            var thread = new Thread(() -> closeQuietly(in, out), "nbd-close " + name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = in.read(received, 0, Math.min(received.length, into.remaining()));
        if (count > 0) {
            into.put(received, 0, count);
        }
        return count;
    }

    @Override
    public void write(ByteBuffer... buffers) throws IOException {
        int filled = 0;
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                int count = Math.min(sent.length - filled, buffer.remaining());
                buffer.get(sent, filled, count);
                filled += count;
                if (filled == sent.length) {
                    out.write(sent, 0, filled);
                    filled = 0;
                }
            }
        }
        out.write(sent, 0, filled);
        out.flush();
    }

    @Override
    public void close() {
        closeQuietly(closer);
    }

    private static void closeQuietly(Closeable... all) {
        for (Closeable one : all) {
            try {
                one.close();
            } catch (IOException e) {
                // nothing is left to be lost: what had to arrive was answered
            }
        }
    }
}

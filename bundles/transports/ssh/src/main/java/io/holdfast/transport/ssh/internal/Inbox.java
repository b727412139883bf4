package io.holdfast.transport.ssh.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a channel receives, between the connection's one thread, which must never wait for a reader, and whoever reads. A reader that
 * stays {@link #MOST_WAITING} behind loses the channel. Unlike a pipe of the JDK it does not care which thread reads or writes, nor
 * whether that thread lives on. It ends only when the host said so; a lost connection is an error.
 */
final class Inbox extends InputStream {

    /** JSch gives the host its window back on receipt and not when it was read, so that only this bounds the memory. */
    static final int MOST_WAITING = 64 << 20;

    private final BooleanSupplier endedByHost;
    private final String what;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int offset;
    private long waiting;
    private long timeoutNanos;
    private boolean ended;
    private boolean closed;
    private @Nullable String failure;

    /**
     * @param endedByHost asked when the channel ends: whether the host said that nothing follows
     * @param what for messages
     */
    Inbox(BooleanSupplier endedByHost, String what) {
        this.endedByHost = endedByHost;
        this.what = what;
    }

    /** Where JSch writes; closed by it when nothing follows, for whatever reason. */
    OutputStream sink() {
        return new Sink();
    }

    /** Reading waits so long for a byte and then throws {@link SocketTimeoutException}; 0 is for ever. */
    synchronized void timeoutMillis(int millis) {
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        awaitSomething();
        byte[] chunk = chunks.peek();
        if (chunk == null) {
            return -1;
        }
        int count = Math.min(length, chunk.length - offset);
        System.arraycopy(chunk, offset, target, at, count);
        offset += count;
        waiting -= count;
        if (offset == chunk.length) {
            chunks.remove();
            offset = 0;
        }
        return count;
    }

    private void awaitSomething() throws IOException {
        long start = System.nanoTime();
        while (true) {
            if (closed) {
                throw new IOException(what + " is closed");
            }
            if (!chunks.isEmpty()) {
                return;
            }
            if (failure != null) {
                throw new IOException(failure);
            }
            if (ended) {
                return;
            }
            await(start);
        }
    }

    private void await(long start) throws IOException {
        long left = timeoutNanos - (System.nanoTime() - start);
        if (timeoutNanos > 0 && left <= 0) {
            throw new SocketTimeoutException("nothing came from " + what);
        }
        try {
            // a millisecond more, because 0 would be for ever
            wait(timeoutNanos == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from " + what);
        }
    }

    @Override
    public synchronized int available() {
        return (int) waiting;
    }

    @Override
    public synchronized void close() {
        closed = true;
        forget();
        notifyAll();
    }

    private void forget() {
        chunks.clear();
        offset = 0;
        waiting = 0;
    }

    private synchronized void put(byte[] bytes, int at, int length) throws IOException {
        if (closed || length == 0) {
            return;
        }
        if (waiting + length > MOST_WAITING) {
            failure = what + " was given up: more than " + (MOST_WAITING >> 20) + " MiB waited to be read";
            forget();
            notifyAll();
            // JSch closes the channel then, and only that
            throw new IOException(failure);
        }
        byte[] chunk = new byte[length];
        System.arraycopy(bytes, at, chunk, 0, length);
        chunks.add(chunk);
        waiting += length;
        notifyAll();
    }

    private synchronized void end(boolean byHost) {
        if (!ended && failure == null && !byHost) {
            failure = "the connection was lost, or the channel closed, before the end of " + what;
        }
        ended = true;
        notifyAll();
    }

    private final class Sink extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            put(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            put(bytes, at, length);
        }

        @Override
        public void close() {
            end(endedByHost.getAsBoolean());
        }
    }
}

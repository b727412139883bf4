package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One request and what has been answered so far. The reader fills it in, the caller waits for its end. */
final class Request {

    private final int type;
    private final int flags;
    private final long offset;
    private final long length;
    private final @Nullable ByteBuffer payload;
    private final int context;
    private final Coverage coverage;
    private final int maxChunks;
    private final List<NbdExtent> extents = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable ByteBuffer target;
    private volatile long deadline;
    private volatile @Nullable PluginException failure;
    private boolean answered;
    private int chunks;
    private int errno;
    private @Nullable String errorText;

    private Request(
            int type,
            int flags,
            long offset,
            long length,
            int context,
            @Nullable ByteBuffer payload,
            @Nullable ByteBuffer target) {
        this.type = type;
        this.context = context;
        this.flags = flags;
        this.offset = offset;
        this.length = length;
        this.payload = payload;
        this.target = target;
        coverage = new Coverage(type == CMD_READ ? (int) length : 0);
        maxChunks = 64 + (type == CMD_READ ? (int) (length / 512) : 64);
    }

    static Request read(long offset, ByteBuffer target) {
        return new Request(CMD_READ, 0, offset, target.remaining(), 0, null, target);
    }

    static Request write(long offset, ByteBuffer payload) {
        return new Request(CMD_WRITE, 0, offset, payload.remaining(), 0, payload, null);
    }

    static Request plain(int type, int flags, long offset, long length) {
        return new Request(type, flags, offset, length, 0, null, null);
    }

    /** @param context number of the one metadata context that matters */
    static Request blockStatus(int context, long offset, long length) {
        return new Request(CMD_BLOCK_STATUS, 0, offset, length, context, null, null);
    }

    int type() {
        return type;
    }

    int context() {
        return context;
    }

    long length() {
        return length;
    }

    /** In words, for messages. */
    String words() {
        String verb =
                switch (type) {
                    case CMD_READ -> "read";
                    case CMD_WRITE -> "write";
                    case CMD_FLUSH -> "flush";
                    case CMD_TRIM -> "trim";
                    case CMD_WRITE_ZEROES -> "write zeroes";
                    default -> "query";
                };
        return type == CMD_FLUSH ? verb : verb + " " + length + " bytes at " + offset;
    }

    void startClock(long nanos) {
        deadline = nanos;
    }

    long deadline() {
        return deadline;
    }

    /** The message, section "Request message", and what follows it. */
    ByteBuffer[] message(long cookie) {
        ByteBuffer header = ByteBuffer.allocate(REQUEST_SIZE)
                .putInt(REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt((int) length)
                .flip();
        return payload == null ? new ByteBuffer[] {header} : new ByteBuffer[] {header, payload};
    }

    /** Counts the parts of an answer, so that it has an end. */
    void chunk() throws Violation {
        if (++chunks > maxChunks) {
            throw new Violation("an answer of more than " + maxChunks + " parts");
        }
    }

    /** Makes sure that a part of the data may come now. */
    void expect(long start, long count) throws Violation {
        if (type != CMD_READ) {
            throw new Violation("data in answer to something else than a read");
        }
        coverage.add(start - offset, count);
    }

    long offset() {
        return offset;
    }

    /** Takes all of the bytes; they belong at the offset, which {@link #expect} has found good. */
    synchronized void data(long at, ByteBuffer bytes) {
        ByteBuffer into = target;
        if (into == null) {
            bytes.position(bytes.limit());
            return;
        }
        int start = into.position() + (int) (at - offset);
        into.put(start, bytes, bytes.position(), bytes.remaining());
        bytes.position(bytes.limit());
    }

    /** Fills with zeroes. */
    synchronized void hole(long at, int count) {
        ByteBuffer into = target;
        if (into == null) {
            return;
        }
        int start = into.position() + (int) (at - offset);
        var zeroes = new byte[Math.min(count, 64 << 10)];
        for (int filled = 0; filled < count; filled += zeroes.length) {
            into.put(start + filled, zeroes, 0, Math.min(zeroes.length, count - filled));
        }
    }

    void expectExtents() throws Violation {
        if (type != CMD_BLOCK_STATUS || answered) {
            throw new Violation("extents that nobody has asked for");
        }
        answered = true;
    }

    /** One more extent; what lies beyond the question is cut off. */
    void extent(long count, int state) throws Violation {
        long start =
                extents.isEmpty() ? offset : extents.get(extents.size() - 1).end();
        if (count == 0) {
            throw new Violation("an empty extent");
        }
        long fits = Math.min(count, offset + length - start);
        if (fits > 0) {
            extents.add(new NbdExtent(start, fits, state));
        }
    }

    List<NbdExtent> extents() {
        return extents;
    }

    /** Remembers the first error of the answer. */
    void error(int number, @Nullable String text) {
        if (errno == 0) {
            errno = number;
            errorText = text;
        }
    }

    int errno() {
        return errno;
    }

    @Nullable
    String errorText() {
        return errorText;
    }

    /** Makes sure that an answer without error was whole. */
    void checkWhole() throws Violation {
        boolean missing = type == CMD_READ ? !coverage.complete() : type == CMD_BLOCK_STATUS && extents.isEmpty();
        if (missing) {
            throw new Violation("an answer that ends early");
        }
    }

    /** Ends it; nobody touches the caller's buffer any more. */
    void finish(@Nullable PluginException reason) {
        abandon();
        failure = reason;
        done.countDown();
    }

    /** The caller has gone; what still comes is thrown away. */
    synchronized void abandon() {
        target = null;
    }

    /** Waits for the end. */
    void await() throws PluginException, InterruptedException {
        done.await();
        PluginException reason = failure;
        if (reason != null) {
            throw Failures.again(reason);
        }
    }
}

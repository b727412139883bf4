package io.holdfast.transport.nbd.internal.server;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdExtent;
import io.holdfast.transport.nbd.internal.Link;
import io.holdfast.transport.nbd.internal.WireInput;
import io.holdfast.transport.nbd.server.NbdExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** The transmission phase of one connection: reads requests, has them worked on by its own threads, answers. */
final class Serving {

    private static final int MAX_REQUESTS = 64;
    private static final int MEMORY_KIB = 64 << 10;
    private static final long MAX_SKIPPED = 64 << 20;
    private static final int MAX_EXTENTS = 64 << 10;

    private final Chosen chosen;
    private final NbdExport export;
    private final Link link;
    private final WireInput in;
    private final Executor workers;
    private final Semaphore requests = new Semaphore(MAX_REQUESTS);
    private final Semaphore memory = new Semaphore(MEMORY_KIB);
    private final Object sending = new Object();

    Serving(Chosen chosen, Executor workers) {
        this.chosen = chosen;
        this.export = chosen.export();
        this.link = chosen.link();
        this.in = chosen.in();
        this.workers = workers;
    }

    private record Request(int flags, int type, long cookie, long offset, long length) {

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** Until the client says goodbye, or hangs up, which is told by an exception. */
    void run() throws IOException, InterruptedException {
        while (true) {
            if (in.int32() != REQUEST_MAGIC) {
                throw new IOException("the client sends no requests");
            }
            var request = new Request(in.uint16(), in.uint16(), in.int64(), in.int64(), in.uint32());
            if (request.type == CMD_DISC) {
                return;
            }
            requests.acquire();
            int errno = check(request);
            if (errno == 0) {
                accept(request);
            } else {
                refuse(request, errno);
            }
        }
    }

    /** What is wrong with a request; 0 if nothing. */
    private int check(Request request) {
        boolean writes = request.type == CMD_WRITE || request.type == CMD_TRIM || request.type == CMD_WRITE_ZEROES;
        if (writes && !export.writable()) {
            return EPERM;
        }
        if (request.type == CMD_FLUSH) {
            return request.offset == 0 && request.length == 0 ? 0 : EINVAL;
        }
        if (request.has(CMD_FLAG_FAST_ZERO)) {
            return request.type == CMD_WRITE_ZEROES ? ENOTSUP : EINVAL;
        }
        boolean known = writes || request.type == CMD_READ || (request.type == CMD_BLOCK_STATUS && chosen.allocation());
        boolean payload = request.type == CMD_READ || request.type == CMD_WRITE;
        if (!known || (payload && request.length > Haggling.MAX_BLOCK)) {
            return EINVAL;
        }
        if (request.offset < 0 || request.offset > export.size() || request.length > export.size() - request.offset) {
            return request.type == CMD_WRITE || request.type == CMD_WRITE_ZEROES ? ENOSPC : EINVAL;
        }
        return request.length == 0 && request.type == CMD_BLOCK_STATUS ? EINVAL : 0;
    }

    private void refuse(Request request, int errno) throws IOException {
        if (request.type == CMD_WRITE) {
            if (request.length > MAX_SKIPPED) {
                throw new IOException("a write of " + request.length + " bytes");
            }
            in.skip(request.length);
        }
        requests.release();
        fail(request, errno);
    }

    private void accept(Request request) throws IOException, InterruptedException {
        boolean payload = request.type == CMD_READ || request.type == CMD_WRITE;
        int kib = payload ? (int) (request.length + 1023 >> 10) : 0;
        memory.acquire(kib);
        ByteBuffer buffer = ByteBuffer.allocate(payload ? (int) request.length : 0);
        if (request.type == CMD_WRITE) {
            in.transfer(request.length, buffer::put);
            buffer.flip();
        }
        workers.execute(() -> {
            try {
                work(request, buffer);
            } catch (IOException e) {
                link.close(); // the reader notices
            } finally {
                memory.release(kib);
                requests.release();
            }
        });
    }

    private void work(Request request, ByteBuffer buffer) throws IOException {
        ByteBuffer[] answer;
        try {
            answer = perform(request, buffer);
        } catch (PluginException e) {
            fail(request, errno(e));
            return;
        } catch (RuntimeException e) {
            fail(request, EIO);
            return;
        }
        send(answer);
    }

    private ByteBuffer[] perform(Request request, ByteBuffer buffer) throws PluginException {
        switch (request.type) {
            case CMD_READ -> {
                return read(request, buffer);
            }
            case CMD_BLOCK_STATUS -> {
                return new ByteBuffer[] {blockStatus(request)};
            }
            case CMD_WRITE -> export.write(request.offset, buffer);
            case CMD_WRITE_ZEROES -> {
                if (request.length > 0) {
                    export.writeZeroes(request.offset, request.length, !request.has(CMD_FLAG_NO_HOLE));
                }
            }
            case CMD_TRIM -> {
                if (request.length > 0) {
                    export.trim(request.offset, request.length);
                }
            }
            default -> export.flush();
        }
        if (request.has(CMD_FLAG_FUA) && request.type != CMD_FLUSH) {
            export.flush();
        }
        return new ByteBuffer[] {simple(request, 0)};
    }

    private ByteBuffer[] read(Request request, ByteBuffer buffer) throws PluginException {
        if (!chosen.structured()) {
            fill(request.offset, buffer);
            return new ByteBuffer[] {simple(request, 0), buffer.flip()};
        }
        if (request.length == 0) {
            return new ByteBuffer[] {chunk(request, true, REPLY_NONE, 0).flip()};
        }
        if (request.has(CMD_FLAG_DF)) {
            fill(request.offset, buffer);
            return new ByteBuffer[] {data(request, true, request.offset, buffer.capacity()), buffer.flip()};
        }
        var answer = new ArrayList<ByteBuffer>();
        for (NbdExtent extent : extents(request, 64)) {
            boolean last = extent.end() == request.offset + request.length;
            if (extent.zero()) {
                answer.add(chunk(request, last, REPLY_OFFSET_HOLE, 12)
                        .putLong(extent.offset())
                        .putInt((int) extent.length())
                        .flip());
            } else {
                ByteBuffer part = buffer.slice((int) (extent.offset() - request.offset), (int) extent.length());
                fill(extent.offset(), part);
                answer.add(data(request, last, extent.offset(), part.capacity()));
                answer.add(part.flip());
            }
        }
        return answer.toArray(ByteBuffer[]::new);
    }

    private void fill(long offset, ByteBuffer buffer) throws PluginException {
        if (buffer.hasRemaining()) {
            export.read(offset, buffer);
            buffer.position(buffer.limit());
        }
    }

    /** Covers the request; from the given number of extents on, the rest counts as data. */
    private List<NbdExtent> extents(Request request, int most) throws PluginException {
        long end = request.offset + request.length;
        var extents = new ArrayList<NbdExtent>();
        long at = request.offset;
        while (at < end && extents.size() < most) {
            NbdExtent next = export.extents(at, end - at).get(0);
            long stop = Math.min(Math.max(next.end(), at + 1), end);
            extents.add(new NbdExtent(at, stop - at, next.flags()));
            at = stop;
        }
        if (at < end) {
            extents.add(new NbdExtent(at, end - at, 0));
        }
        return extents;
    }

    private ByteBuffer blockStatus(Request request) throws PluginException {
        List<NbdExtent> known = export.extents(request.offset, request.length);
        int count = request.has(CMD_FLAG_REQ_ONE) ? 1 : Math.min(known.size(), MAX_EXTENTS);
        long end = request.offset + request.length;
        ByteBuffer answer = ByteBuffer.allocate(20 + 4 + 8 * count);
        answer.put(chunk(request, true, REPLY_BLOCK_STATUS, 4 + 8 * count).flip())
                .putInt(1);
        for (NbdExtent extent : known.subList(0, count)) {
            answer.putInt((int) (Math.min(extent.end(), end) - extent.offset())).putInt(extent.flags());
        }
        return answer.flip();
    }

    private void fail(Request request, int errno) throws IOException {
        boolean part = chosen.structured() && (request.type == CMD_READ || request.type == CMD_BLOCK_STATUS);
        send(
                part
                        ? chunk(request, true, REPLY_ERROR, 6)
                                .putInt(errno)
                                .putShort((short) 0)
                                .flip()
                        : simple(request, errno));
    }

    private static ByteBuffer simple(Request request, int errno) {
        return ByteBuffer.allocate(16)
                .putInt(SIMPLE_REPLY_MAGIC)
                .putInt(errno)
                .putLong(request.cookie)
                .flip();
    }

    private static ByteBuffer data(Request request, boolean last, long offset, int length) {
        return chunk(request, last, REPLY_OFFSET_DATA, 8 + length)
                .putLong(offset)
                .flip();
    }

    private static ByteBuffer chunk(Request request, boolean last, int type, int length) {
        return ByteBuffer.allocate(32)
                .putInt(STRUCTURED_REPLY_MAGIC)
                .putShort((short) (last ? REPLY_FLAG_DONE : 0))
                .putShort((short) type)
                .putLong(request.cookie)
                .putInt(length);
    }

    private void send(ByteBuffer... answer) throws IOException {
        synchronized (sending) {
            link.write(answer);
        }
    }

    private static int errno(PluginException e) {
        return switch (e.kind()) {
            case PERMISSION -> EPERM;
            case QUOTA -> ENOSPC;
            case UNSUPPORTED -> ENOTSUP;
            default -> EIO;
        };
    }
}

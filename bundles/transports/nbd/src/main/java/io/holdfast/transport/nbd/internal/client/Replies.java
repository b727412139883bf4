package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.transport.nbd.internal.WireInput;
import java.io.IOException;

/** Reads answers and hands them to their requests, sections "Simple reply message" and "Structured reply types". */
final class Replies {

    private static final int MAX_EXTENTS = 1 << 20;
    private static final int MAX_ERROR = 64 << 10;
    private static final int DATA_HEADER = 8;

    private final WireInput in;
    private final Session session;
    private final Wire wire;

    Replies(Session session, Wire wire) {
        this.in = session.in();
        this.session = session;
        this.wire = wire;
    }

    /** Until the connection ends, which it tells by an exception. */
    void readAll() throws IOException {
        while (true) {
            int magic = in.int32();
            if (magic == SIMPLE_REPLY_MAGIC) {
                simple();
            } else if (magic == STRUCTURED_REPLY_MAGIC && session.structured()) {
                structured();
            } else {
                throw new Violation("an answer begins with " + Integer.toHexString(magic));
            }
        }
    }

    private Request find(long cookie) throws Violation {
        Request request = wire.find(cookie);
        if (request == null) {
            throw new Violation("an answer to a request that was not made");
        }
        return request;
    }

    private void simple() throws IOException {
        int errno = in.int32();
        long cookie = in.int64();
        Request request = find(cookie);
        boolean structuredOnly = request.type() == CMD_READ || request.type() == CMD_BLOCK_STATUS;
        if (session.structured() && structuredOnly) {
            throw new Violation("a simple answer where a structured one was agreed on");
        }
        if (errno != 0) {
            request.error(errno, null);
        } else if (request.type() == CMD_READ) {
            request.expect(request.offset(), request.length());
            data(request, request.offset(), request.length());
        }
        finish(request, cookie);
    }

    private void structured() throws IOException {
        int flags = in.uint16();
        int type = in.uint16();
        long cookie = in.int64();
        long length = in.uint32();
        Request request = find(cookie);
        request.chunk();
        boolean done = (flags & REPLY_FLAG_DONE) != 0;
        if ((type & REPLY_ERROR_BIT) != 0) {
            error(request, length);
        } else {
            switch (type) {
                case REPLY_NONE -> require(length == 0 && done, type, length);
                case REPLY_OFFSET_DATA -> offsetData(request, length);
                case REPLY_OFFSET_HOLE -> offsetHole(request, length);
                case REPLY_BLOCK_STATUS -> blockStatus(request, length);
                default -> require(false, type, length);
            }
        }
        if (done) {
            finish(request, cookie);
        }
    }

    private void offsetData(Request request, long length) throws IOException {
        require(length > DATA_HEADER, REPLY_OFFSET_DATA, length);
        long offset = in.int64();
        request.expect(offset, length - DATA_HEADER);
        data(request, offset, length - DATA_HEADER);
    }

    private void data(Request request, long offset, long length) throws IOException {
        long[] at = {offset};
        in.transfer(length, bytes -> {
            int count = bytes.remaining();
            request.data(at[0], bytes);
            at[0] += count;
        });
    }

    private void offsetHole(Request request, long length) throws IOException {
        require(length == DATA_HEADER + 4, REPLY_OFFSET_HOLE, length);
        long offset = in.int64();
        long count = in.uint32();
        request.expect(offset, count);
        request.hole(offset, (int) count);
    }

    private void blockStatus(Request request, long length) throws IOException {
        long count = (length - 4) / 8;
        require(length >= 12 && (length - 4) % 8 == 0 && count <= MAX_EXTENTS, REPLY_BLOCK_STATUS, length);
        int context = in.int32();
        if (request.type() != CMD_BLOCK_STATUS || !session.contexts().containsValue(context)) {
            throw new Violation("extents that nobody has asked for");
        }
        if (context != request.context()) {
            in.skip(length - 4);
            return;
        }
        request.expectExtents();
        for (long i = 0; i < count; i++) {
            request.extent(in.uint32(), in.int32());
        }
    }

    private void error(Request request, long length) throws IOException {
        require(length >= 6 && length <= MAX_ERROR, REPLY_ERROR, length);
        int errno = in.int32();
        int textLength = in.uint16();
        require(textLength <= MAX_STRING && textLength <= length - 6, REPLY_ERROR, length);
        String text = in.string(textLength);
        in.skip(length - 6 - textLength);
        request.error(errno == 0 ? EIO : errno, text);
    }

    private void finish(Request request, long cookie) throws Violation {
        int errno = request.errno();
        if (errno == 0) {
            request.checkWhole();
            wire.complete(cookie, null);
        } else {
            wire.complete(cookie, Failures.ofErrno(wire.capitalised(request), errno, request.errorText()));
        }
    }

    private static void require(boolean good, int type, long length) throws Violation {
        if (!good) {
            throw new Violation("an impossible part of an answer, type " + type + ", " + length + " bytes");
        }
    }
}

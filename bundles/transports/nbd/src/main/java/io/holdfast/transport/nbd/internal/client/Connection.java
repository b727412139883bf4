package io.holdfast.transport.nbd.internal.client;

import static io.holdfast.transport.nbd.internal.Proto.*;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdExportInfo;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** An open export: cuts what callers want into requests that the server takes. */
final class Connection implements NbdClient {

    private static final int PIECE = 1 << 20;
    private static final long ZERO_PIECE = 256L << 20;
    private static final long QUERY_PIECE = 1L << 30;
    private static final int MAX_EXTENTS = 1 << 20;

    private final Session session;
    private final Wire wire;
    private final NbdExportInfo info;
    private final int min;
    private final int piece;
    private final ReentrantLock partialBlocks = new ReentrantLock();

    Connection(Session session, Wire wire) {
        this.session = session;
        this.wire = wire;
        info = session.info();
        min = info.minBlock();
        int most = Math.min(info.maxBlock(), PIECE);
        piece = most - most % min;
    }

    @Override
    public NbdExportInfo info() {
        return info;
    }

    @Override
    public List<String> contexts() {
        return session.contexts().keySet().stream().sorted().toList();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws PluginException {
        int length = into.remaining();
        checkRange(offset, length);
        if (length == 0) {
            return;
        }
        long end = offset + length;
        long bodyStart = Math.min(up(offset), end);
        long bodyEnd = Math.max(bodyStart, end == size() ? end : down(end));
        if (bodyStart > offset) {
            readAround(offset, slice(into, 0, (int) (bodyStart - offset)));
        }
        var batch = new Batch(wire);
        for (long at = bodyStart; at < bodyEnd; at += piece) {
            int count = (int) Math.min(piece, bodyEnd - at);
            batch.add(Request.read(at, slice(into, (int) (at - offset), count)));
        }
        batch.await();
        if (end > bodyEnd) {
            readAround(bodyEnd, slice(into, (int) (bodyEnd - offset), (int) (end - bodyEnd)));
        }
        into.position(into.limit());
    }

    /** Reads a part of one block through a buffer for all of it. */
    private void readAround(long offset, ByteBuffer into) throws PluginException {
        ByteBuffer block = block(offset);
        into.put(into.position(), block, (int) (offset - down(offset)), into.remaining());
    }

    private ByteBuffer block(long offset) throws PluginException {
        long start = down(offset);
        ByteBuffer block = ByteBuffer.allocate((int) (Math.min(start + min, size()) - start));
        run(Request.read(start, block));
        return block;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws PluginException {
        int length = from.remaining();
        checkRange(offset, length);
        checkWritable();
        if (length == 0) {
            return;
        }
        long end = offset + length;
        long bodyStart = Math.min(up(offset), end);
        long bodyEnd = Math.max(bodyStart, end == size() ? end : down(end));
        if (bodyStart > offset) {
            writeInto(offset, slice(from, 0, (int) (bodyStart - offset)));
        }
        var batch = new Batch(wire);
        for (long at = bodyStart; at < bodyEnd; at += piece) {
            int count = (int) Math.min(piece, bodyEnd - at);
            batch.add(Request.write(at, slice(from, (int) (at - offset), count)));
        }
        batch.await();
        if (end > bodyEnd) {
            writeInto(bodyEnd, slice(from, (int) (bodyEnd - offset), (int) (end - bodyEnd)));
        }
        from.position(from.limit());
    }

    /** Changes a part of one block: read, change, write back, with no other change of this client in between. */
    private void writeInto(long offset, ByteBuffer from) throws PluginException {
        partialBlocks.lock();
        try {
            ByteBuffer block = block(offset);
            block.put((int) (offset - down(offset)), from, from.position(), from.remaining());
            run(Request.write(down(offset), block));
        } finally {
            partialBlocks.unlock();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole) throws PluginException {
        checkRange(offset, length);
        checkWritable();
        checkOffered(info.canWriteZeroes(), "write zeroes");
        if (length == 0) {
            return;
        }
        long end = offset + length;
        long bodyStart = Math.min(up(offset), end);
        long bodyEnd = Math.max(bodyStart, end == size() ? end : down(end));
        if (bodyStart > offset) {
            writeInto(offset, ByteBuffer.allocate((int) (bodyStart - offset)));
        }
        inPieces(CMD_WRITE_ZEROES, punchHole ? 0 : CMD_FLAG_NO_HOLE, bodyStart, bodyEnd);
        if (end > bodyEnd) {
            writeInto(bodyEnd, ByteBuffer.allocate((int) (end - bodyEnd)));
        }
    }

    @Override
    public void trim(long offset, long length) throws PluginException {
        checkRange(offset, length);
        checkWritable();
        checkOffered(info.canTrim(), "trim");
        long end = offset + length;
        inPieces(CMD_TRIM, 0, up(offset), end == size() ? end : down(end));
    }

    private void inPieces(int type, int flags, long start, long end) throws PluginException {
        var batch = new Batch(wire);
        for (long at = start; at < end; at += ZERO_PIECE) {
            batch.add(Request.plain(type, flags, at, Math.min(ZERO_PIECE, end - at)));
        }
        batch.await();
    }

    @Override
    public void flush() throws PluginException {
        if (info.canFlush()) {
            run(Request.plain(CMD_FLUSH, 0, 0, 0));
        }
    }

    @Override
    public List<NbdExtent> blockStatus(String context, long offset, long length) throws PluginException {
        checkRange(offset, length);
        Integer id = session.contexts().get(context);
        if (id == null) {
            throw new IllegalArgumentException("the context " + context + " was not agreed on with the server");
        }
        long end = offset + length;
        var extents = new ArrayList<NbdExtent>();
        for (long at = offset; at < end; ) {
            long before = at;
            long start = down(at);
            long stop = Math.min(Math.min(up(end), size()), start + QUERY_PIECE);
            var request = Request.blockStatus(id, start, stop - start);
            run(request);
            for (NbdExtent extent : request.extents()) {
                if (extent.end() > at && at < end) {
                    append(extents, new NbdExtent(at, Math.min(extent.end(), end) - at, extent.flags()));
                    at = Math.min(extent.end(), end);
                }
            }
            if (at == before) {
                throw stuck(context);
            }
        }
        return List.copyOf(extents);
    }

    /** An answer that ends within the block that it begins with would be asked for again and again. */
    private PluginException stuck(String context) {
        var reason = Failures.of("Query " + context, new Violation("extents shorter than its own blocks"));
        wire.fail(reason);
        return reason;
    }

    private static void append(List<NbdExtent> extents, NbdExtent next) throws PluginException {
        int last = extents.size() - 1;
        if (last >= 0 && extents.get(last).flags() == next.flags()) {
            NbdExtent before = extents.get(last);
            extents.set(last, new NbdExtent(before.offset(), before.length() + next.length(), next.flags()));
        } else if (extents.size() == MAX_EXTENTS) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "Query extents: more than " + MAX_EXTENTS + " of them; ask for a smaller range");
        } else {
            extents.add(next);
        }
    }

    @Override
    public void close() {
        wire.disconnect();
        wire.fail(new PluginException(ErrorKind.UNAVAILABLE, "The connection was closed; open a new one"));
    }

    private void run(Request request) throws PluginException {
        var batch = new Batch(wire);
        batch.add(request);
        batch.await();
    }

    private void checkRange(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size());
    }

    private void checkWritable() throws PluginException {
        if (info.readOnly()) {
            throw new PluginException(ErrorKind.PERMISSION, "Write: the export is read-only");
        }
    }

    private static void checkOffered(boolean offered, String what) throws PluginException {
        if (!offered) {
            throw new PluginException(ErrorKind.UNSUPPORTED, "The server does not offer to " + what);
        }
    }

    private static ByteBuffer slice(ByteBuffer buffer, int start, int length) {
        return buffer.slice(buffer.position() + start, length);
    }

    private long down(long offset) {
        return offset - offset % min;
    }

    private long up(long offset) {
        return down(offset + min - 1);
    }
}

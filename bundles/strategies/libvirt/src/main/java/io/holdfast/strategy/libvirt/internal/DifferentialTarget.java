package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * An image or device that has content already: what is there is read and compared, and only blocks that differ are written. What is
 * never written to the target becomes zeroes, where it is not.
 */
final class DifferentialTarget implements DiskTarget {

    /** The usual size of QCOW2's clusters: less cannot be marked as changed. */
    private static final int BLOCK = 65_536;

    private static final int PIECE = 1 << 20;
    private static final long WINDOW = 1L << 30;

    /** What the owner of the image does. */
    interface Owner {
        /** Called before the first block is written, by whoever comes first. Others wait. */
        void beforeFirstWrite() throws PluginException;

        /** Everything is as it should be, and durable. */
        void completed(long written) throws PluginException;

        /** The target was closed without {@link #completed}. */
        void abandoned();
    }

    private final String name;
    private final NbdClient client;
    private final Cancellation cancellation;
    private final Owner owner;
    private final Ranges covered = new Ranges();
    private final LongAdder written = new LongAdder();
    private boolean writing;
    private boolean ended;

    DifferentialTarget(String name, NbdClient client, Cancellation cancellation, Owner owner) {
        this.name = name;
        this.client = client;
        this.cancellation = cancellation;
        this.owner = owner;
    }

    @Override
    public void write(long offset, ByteBuffer data) throws PluginException {
        long end = offset + data.remaining();
        for (long at = offset; at < end; at += PIECE) {
            cancellation.throwIfCancelled();
            int length = (int) Math.min(PIECE, end - at);
            ByteBuffer wanted = data.slice(data.position() + (int) (at - offset), length);
            try {
                compare(at, wanted, read(at, length));
            } catch (PluginException e) {
                throw explained(e);
            }
        }
        covered.add(offset, end);
        data.position(data.limit());
    }

    private ByteBuffer read(long at, int length) throws PluginException {
        ByteBuffer there = ByteBuffer.allocate(length);
        client.read(at, there);
        return there.flip();
    }

    /** Writes runs of blocks that differ. */
    private void compare(long at, ByteBuffer wanted, ByteBuffer there) throws PluginException {
        int length = wanted.remaining();
        int runFrom = -1;
        for (int from = 0; from < length; from = next(at, from, length)) {
            int to = next(at, from, length);
            boolean differs = !wanted.slice(from, to - from).equals(there.slice(from, to - from));
            if (differs && runFrom < 0) {
                runFrom = from;
            } else if (!differs && runFrom >= 0) {
                put(at + runFrom, wanted.slice(runFrom, from - runFrom));
                runFrom = -1;
            }
        }
        if (runFrom >= 0) {
            put(at + runFrom, wanted.slice(runFrom, length - runFrom));
        }
    }

    /** The end of the block of the disk that the position lies in. */
    private static int next(long at, int from, int length) {
        return (int) Math.min(length, from + BLOCK - (at + from) % BLOCK);
    }

    private void put(long at, ByteBuffer data) throws PluginException {
        begin();
        written.add(data.remaining());
        client.write(at, data);
    }

    private synchronized void begin() throws PluginException {
        if (!writing) {
            owner.beforeFirstWrite();
            writing = true;
        }
    }

    @Override
    public synchronized void complete() throws PluginException {
        try {
            for (long at = covered.nextGap(0, client.size()); at < client.size(); ) {
                long end = covered.nextRange(at, client.size());
                clear(at, end);
                at = covered.nextGap(end, client.size());
            }
            client.flush();
        } catch (PluginException e) {
            throw explained(e);
        }
        client.close();
        owner.completed(written.sum());
        ended = true;
    }

    /** Makes a range zeroes. */
    private void clear(long start, long end) throws PluginException {
        for (long at = start; at < end; at += WINDOW) {
            cancellation.throwIfCancelled();
            long length = Math.min(WINDOW, end - at);
            if (!client.contexts().contains(NbdConnectOptions.BASE_ALLOCATION)) {
                clearContent(at, at + length);
                continue;
            }
            for (NbdExtent extent : client.blockStatus(NbdConnectOptions.BASE_ALLOCATION, at, length)) {
                if (!extent.zero()) {
                    clearContent(extent.offset(), extent.end());
                }
            }
        }
    }

    private void clearContent(long start, long end) throws PluginException {
        for (long at = start; at < end; at += PIECE) {
            cancellation.throwIfCancelled();
            int length = (int) Math.min(PIECE, end - at);
            ByteBuffer there = read(at, length);
            if (there.mismatch(ByteBuffer.allocate(length)) >= 0) {
                zero(at, length);
            }
        }
    }

    private void zero(long at, int length) throws PluginException {
        begin();
        written.add(length);
        if (client.info().canWriteZeroes()) {
            client.writeZeroes(at, length, true);
        } else {
            client.write(at, ByteBuffer.allocate(length));
        }
    }

    private PluginException explained(PluginException e) {
        if (cancellation.isCancelled()) {
            return new PluginException(ErrorKind.CANCELLED, "cancelled while disk " + name + " was compared", e);
        }
        return new PluginException(e.kind(), "cannot compare and write disk " + name + ": " + e.getMessage(), e);
    }

    @Override
    public synchronized void close() {
        client.close();
        if (!ended) {
            ended = true;
            owner.abandoned();
        }
    }
}

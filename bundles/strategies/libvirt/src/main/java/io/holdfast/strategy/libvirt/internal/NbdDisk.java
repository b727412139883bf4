package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.source.DiskSource;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import io.holdfast.transport.nbd.NbdExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A disk that an NBD server holds still. All who read it share one connection, on which their requests go side by side. */
final class NbdDisk implements DiskSource {

    /** The granularity of QEMU's bitmaps for qcow2 images with the usual clusters. */
    private static final int GRANULARITY = 65_536;

    private static final long WINDOW = 1L << 30;

    private final String name;
    private final NbdClient client;
    private final String bitmap;
    private final Cancellation cancellation;

    /** @param bitmap the metadata context that says what has changed; empty if everything is to be read */
    NbdDisk(String name, NbdClient client, String bitmap, Cancellation cancellation) {
        this.name = name;
        this.client = client;
        this.bitmap = bitmap;
        this.cancellation = cancellation;
    }

    /** Whether the server does not know the bitmap that it should have. */
    boolean lacksChanges() {
        return !bitmap.isEmpty() && !client.contexts().contains(bitmap);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return client.size();
    }

    @Override
    public int granularity() {
        return GRANULARITY;
    }

    @Override
    public RandomReadable open() {
        return new Content();
    }

    private final class Content implements RandomReadable {

        @Override
        public long size() {
            return client.size();
        }

        @Override
        public List<Extent> extents(long offset, long length) throws PluginException {
            cancellation.throwIfCancelled();
            long window = Math.min(length, WINDOW);
            try {
                List<Extent> allocation = allocation(offset, window);
                return bitmap.isEmpty() ? allocation : changed(offset, window, allocation);
            } catch (PluginException e) {
                throw explained(e);
            }
        }

        private List<Extent> allocation(long offset, long length) throws PluginException {
            if (!client.contexts().contains(NbdConnectOptions.BASE_ALLOCATION)) {
                return List.of(new Extent(offset, length, Extent.State.DATA));
            }
            List<Extent> extents = new ArrayList<>();
            for (NbdExtent extent : client.blockStatus(NbdConnectOptions.BASE_ALLOCATION, offset, length)) {
                extents.add(new Extent(
                        extent.offset(), extent.length(), extent.zero() ? Extent.State.ZERO : Extent.State.DATA));
            }
            return extents;
        }

        /** What is not dirty is unchanged; the rest is as the allocation says. */
        private List<Extent> changed(long offset, long length, List<Extent> allocation) throws PluginException {
            List<Extent> extents = new ArrayList<>();
            for (NbdExtent part : client.blockStatus(bitmap, offset, length)) {
                if (part.dirty()) {
                    cut(allocation, part.offset(), part.end(), extents);
                } else {
                    extents.add(new Extent(part.offset(), part.length(), Extent.State.UNCHANGED));
                }
            }
            return extents;
        }

        @Override
        public int read(long offset, ByteBuffer target) throws PluginException {
            cancellation.throwIfCancelled();
            long left = client.size() - offset;
            if (left <= 0) {
                return -1;
            }
            int length = (int) Math.min(left, target.remaining());
            int limit = target.limit();
            try {
                target.limit(target.position() + length);
                client.read(offset, target);
                return length;
            } catch (PluginException e) {
                throw explained(e);
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public void close() {
            // the connection belongs to the session
        }
    }

    static void cut(List<Extent> extents, long start, long end, List<Extent> into) {
        for (Extent extent : extents) {
            long from = Math.max(start, extent.offset());
            long to = Math.min(end, extent.end());
            if (from < to) {
                into.add(new Extent(from, to - from, extent.state()));
            }
        }
    }

    /** A cancelled task closes the connection to get free of it. */
    private PluginException explained(PluginException e) {
        if (cancellation.isCancelled()) {
            return new PluginException(ErrorKind.CANCELLED, "cancelled while disk " + name + " was read", e);
        }
        return new PluginException(
                e.kind(),
                "cannot read disk " + name + ": " + e.getMessage()
                        + "; if the machine was stopped or migrated meanwhile, back it up again",
                e);
    }
}

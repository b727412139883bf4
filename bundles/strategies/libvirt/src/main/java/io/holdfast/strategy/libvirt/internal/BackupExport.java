package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import io.holdfast.transport.nbd.NbdExtent;
import io.holdfast.transport.nbd.server.NbdExport;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk of a backup as what lies below an overlay. */
final class BackupExport implements NbdExport {

    /** Of {@code base:allocation} (NBD protocol): nothing is allocated, and it reads as zeroes. */
    private static final int HOLE_AND_ZERO = 3;

    private final RandomReadable disk;

    BackupExport(RandomReadable disk) {
        this.disk = disk;
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws PluginException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = disk.read(at, into);
            if (count <= 0) {
                throw new PluginException(ErrorKind.CORRUPT_DATA, "the backup's disk ends before byte " + at);
            }
            at += count;
        }
    }

    @Override
    public List<NbdExtent> extents(long offset, long length) throws PluginException {
        return disk.extents(offset, length).stream()
                .map(extent -> new NbdExtent(
                        extent.offset(), extent.length(), extent.state() == Extent.State.ZERO ? HOLE_AND_ZERO : 0))
                .toList();
    }
}

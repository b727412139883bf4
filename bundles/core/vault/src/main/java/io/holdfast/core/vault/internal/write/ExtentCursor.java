package io.holdfast.core.vault.internal.write;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.util.List;

/** The extents of a disk, asked for in order. For one thread. */
final class ExtentCursor {

    private final RandomReadable disk;
    private final long size;
    private List<Extent> extents = List.of();
    private int next;

    ExtentCursor(RandomReadable disk, long size) {
        this.disk = disk;
        this.size = size;
    }

    /** The extent that an offset is in. Offsets must not go back by more than the extent they are in. */
    Extent at(long offset) throws PluginException {
        while (next < extents.size() && extents.get(next).end() <= offset) {
            next++;
        }
        if (next == extents.size()) {
            extents = disk.extents(offset, size - offset);
            next = 0;
            if (extents.isEmpty()
                    || extents.get(0).offset() > offset
                    || extents.get(0).end() <= offset) {
                throw new PluginException(
                        ErrorKind.INTERNAL, "The source describes no extent at offset " + offset + ".");
            }
        }
        Extent extent = extents.get(next);
        if (extent.offset() > offset) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "The source describes extents that do not adjoin at offset " + offset + ".");
        }
        return extent;
    }
}

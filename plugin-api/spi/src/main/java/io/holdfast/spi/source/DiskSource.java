package io.holdfast.spi.source;

import io.holdfast.spi.PluginException;
import org.osgi.annotation.versioning.ConsumerType;

/** A block device. Implemented by plugins. */
@ConsumerType
public non-sealed interface DiskSource extends Source {

    /** Size in bytes. */
    long size();

    /** Granularity of change tracking and of efficient reads in bytes, a power of two; 0 if unknown. */
    default int granularity() {
        return 0;
    }

    /**
     * Opens the disk for reading. Extents are {@code UNCHANGED} only in relation to the change token of the export's
     * request, and only if the session accepted it.
     */
    RandomReadable open() throws PluginException;
}

package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryAttributes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells whether a file's content may differ from an earlier backup: file system, inode, size, time of modification and time of
 * change, compared for equality only. No clock that is set, no {@code touch} and no {@code cp -p} can forge the time of change,
 * which the kernel alone writes.
 */
final class ChangeSignature {

    /**
     * How long ago a file must have changed to have a signature. Time stamps are coarse, so that a write directly after the walk
     * can leave the same one; and writes through a memory mapping move it only when the page was clean, which the kernel makes it
     * after about 30 seconds.
     */
    static final Duration SETTLED = Duration.ofSeconds(60);

    private static final byte VERSION = 1;

    private ChangeSignature() {}

    /** The signature; empty if the file changed so recently, or in such a future, that it cannot be trusted. */
    static byte[] of(FileStat stat, FileSystem system, Instant now) {
        if (!system.keepsChangeTimes()
                || stat.changedSeconds() > now.minus(SETTLED).getEpochSecond()) {
            return EntryAttributes.NONE;
        }
        return of(stat, system);
    }

    /** The signature, whether or not it can be trusted yet. */
    static byte[] of(FileStat stat, FileSystem system) {
        return ByteBuffer.allocate(1 + 4 * Long.BYTES + Long.BYTES + 2 * Integer.BYTES)
                .put(VERSION)
                .putLong(system.id())
                .putLong(stat.inode())
                .putLong(stat.size())
                .putLong(stat.modifiedSeconds())
                .putInt(stat.modifiedNanos())
                .putLong(stat.changedSeconds())
                .putInt(stat.changedNanos())
                .array();
    }
}

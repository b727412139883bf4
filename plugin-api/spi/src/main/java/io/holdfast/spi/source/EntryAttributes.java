package io.holdfast.spi.source;

import java.util.Arrays;
import java.util.Objects;

/**
 * What is kept of an entry besides its path and content. Arrays are not copied and must not be changed.
 *
 * @param size length of a file's content in bytes, 0 for everything else
 * @param modifiedSeconds time of last modification, seconds since 1970 UTC, may be negative
 * @param modifiedNanos its fraction, 0 to 999,999,999
 * @param mode POSIX permission bits including set-id and sticky bits (0 to 07777); 0 where there are none
 * @param userId numeric owner, -1 where there is none
 * @param groupId numeric group, -1 where there is none
 * @param linkTarget target of a symbolic link as the file system has it, or, for a hard link, the bytes of the
 *     {@link EntryPath} of the file that came earlier; empty otherwise
 * @param device device number (major in the upper 32 bits, minor in the lower), 0 if none
 * @param extra further attributes (owner names, extended attributes, access lists) in the strategy's own encoding,
 *     opaque to the core, at most 1 MiB
 */
public record EntryAttributes(
        long size,
        long modifiedSeconds,
        int modifiedNanos,
        int mode,
        int userId,
        int groupId,
        byte[] linkTarget,
        long device,
        byte[] extra) {

    /** No bytes. */
    public static final byte[] NONE = new byte[0];

    /** Attributes of something that has only a size and a time, such as an item of a cloud service. */
    public static EntryAttributes of(long size, long modifiedSeconds) {
        return new EntryAttributes(size, modifiedSeconds, 0, 0, -1, -1, NONE, 0, NONE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryAttributes that
                && size == that.size
                && modifiedSeconds == that.modifiedSeconds
                && modifiedNanos == that.modifiedNanos
                && mode == that.mode
                && userId == that.userId
                && groupId == that.groupId
                && device == that.device
                && Arrays.equals(linkTarget, that.linkTarget)
                && Arrays.equals(extra, that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, modifiedSeconds, modifiedNanos, mode, Arrays.hashCode(linkTarget));
    }
}

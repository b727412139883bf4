package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryKind;
import java.nio.ByteBuffer;

/**
 * What {@code statx} says of one file. Its layout is the same on every architecture.
 *
 * @param attributes inode flags ({@code STATX_ATTR_*})
 * @param device major number in the upper 32 bits, minor in the lower
 * @param bornSeconds time of creation; 0 with {@code bornNanos} -1 where the file system has none
 */
record FileStat(
        long attributes,
        int links,
        int user,
        int group,
        int fullMode,
        long inode,
        long size,
        long blocks,
        long bornSeconds,
        int bornNanos,
        long changedSeconds,
        int changedNanos,
        long modifiedSeconds,
        int modifiedNanos,
        long special,
        long device) {

    static final int BYTES = 256;
    static final int MASK = 0xfff; // STATX_BASIC_STATS | STATX_BTIME

    static final long COMPRESSED = 0x4;
    static final long IMMUTABLE = 0x10;
    static final long APPEND = 0x20;
    static final long NODUMP = 0x40;
    static final long MOUNT_ROOT = 0x2000;

    private static final int TYPE = 0xf000;
    static final int FIFO = 0x1000;
    static final int CHARACTER = 0x2000;
    static final int DIRECTORY = 0x4000;
    static final int BLOCK = 0x6000;
    static final int REGULAR = 0x8000;
    static final int SYMLINK = 0xa000;
    static final int SOCKET = 0xc000;

    static FileStat read(ByteBuffer b, int at) {
        boolean born = (b.getInt(at) & 0x800) != 0;
        return new FileStat(
                b.getLong(at + 8),
                b.getInt(at + 16),
                b.getInt(at + 20),
                b.getInt(at + 24),
                b.getShort(at + 28) & 0xffff,
                b.getLong(at + 32),
                b.getLong(at + 40),
                b.getLong(at + 48),
                born ? b.getLong(at + 80) : 0,
                born ? b.getInt(at + 88) : -1,
                b.getLong(at + 96),
                b.getInt(at + 104),
                b.getLong(at + 112),
                b.getInt(at + 120),
                (long) b.getInt(at + 128) << 32 | b.getInt(at + 132) & 0xffffffffL,
                (long) b.getInt(at + 136) << 32 | b.getInt(at + 140) & 0xffffffffL);
    }

    int mode() {
        return fullMode & 07777;
    }

    int type() {
        return fullMode & TYPE;
    }

    boolean isDirectory() {
        return type() == DIRECTORY;
    }

    boolean isRegular() {
        return type() == REGULAR;
    }

    boolean isSymlink() {
        return type() == SYMLINK;
    }

    boolean isMountRoot() {
        return (attributes & MOUNT_ROOT) != 0;
    }

    /** Whether the file has fewer blocks than its size needs: there are holes, or the file system compresses. */
    boolean isSparse() {
        return isRegular() && blocks * 512 < size;
    }

    boolean sameFile(FileStat other) {
        return inode == other.inode && device == other.device;
    }

    EntryKind kind() {
        return switch (type()) {
            case DIRECTORY -> EntryKind.DIRECTORY;
            case SYMLINK -> EntryKind.SYMLINK;
            case FIFO -> EntryKind.FIFO;
            case SOCKET -> EntryKind.SOCKET;
            case CHARACTER -> EntryKind.CHARACTER_DEVICE;
            case BLOCK -> EntryKind.BLOCK_DEVICE;
            default -> EntryKind.FILE;
        };
    }
}

package io.holdfast.spi.source;

/** What an entry of a tree is. */
public enum EntryKind {
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link; the target is in the attributes. */
    SYMLINK,
    /** Another name of a file that came earlier in the walk; the attributes name it. */
    HARDLINK,
    /** A named pipe. */
    FIFO,
    /** A socket; recreated only as a name. */
    SOCKET,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE
}

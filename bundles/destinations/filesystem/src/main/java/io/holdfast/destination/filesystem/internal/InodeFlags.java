package io.holdfast.destination.filesystem.internal;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The immutable attribute of a file, as {@code chattr +i} sets it: nobody, root included, changes, renames, links or deletes the file
 * until it is taken away, which needs {@code CAP_LINUX_IMMUTABLE}. Numbers from Linux {@code include/uapi/linux/fs.h} and
 * {@code asm-generic/fcntl.h}; they are the same on x86-64 and ARM64, but for {@code O_NOFOLLOW}, which is not needed: names below
 * {@code objects/} are ours.
 */
final class InodeFlags {

    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_IMMUTABLE_FL = 0x10;
    private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EPERM = 1;

    private InodeFlags() {}

    /** Whether the numbers above are right for this machine. */
    static boolean supported() {
        String arch = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "").equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"));
    }

    static boolean immutable(Path file) throws IOException {
        return (flags(file) & FS_IMMUTABLE_FL) != 0;
    }

    /** Sets the attribute or takes it away; what is as it should be is not touched. */
    static void setImmutable(Path file, boolean immutable) throws IOException {
        try (Open open = new Open(file)) {
            int now = open.flags();
            int wanted = immutable ? now | FS_IMMUTABLE_FL : now & ~FS_IMMUTABLE_FL;
            if (now != wanted) {
                open.setFlags(wanted);
            }
        }
    }

    private static int flags(Path file) throws IOException {
        try (Open open = new Open(file)) {
            return open.flags();
        }
    }

    /** A descriptor of its own, since the JDK shows none. */
    private static final class Open implements AutoCloseable {
        private final Path file;
        private final int descriptor;
        private final Memory value = new Memory(Long.BYTES);

        Open(Path file) throws IOException {
            this.file = file;
            byte[] name = (file + "\0").getBytes(StandardCharsets.UTF_8);
            try {
                descriptor = LibC.open(name, O_RDONLY_NONBLOCK_CLOEXEC);
            } catch (LastErrorException e) {
                value.close();
                throw failure("open", e);
            }
        }

        int flags() throws IOException {
            value.setLong(0, 0);
            try {
                int unused = LibC.ioctl(descriptor, FS_IOC_GETFLAGS, value);
                return value.getInt(0);
            } catch (LastErrorException e) {
                throw failure("read the inode flags", e);
            }
        }

        void setFlags(int flags) throws IOException {
            value.setLong(0, 0);
            value.setInt(0, flags);
            try {
                int unused = LibC.ioctl(descriptor, FS_IOC_SETFLAGS, value);
            } catch (LastErrorException e) {
                throw failure("set the inode flags", e);
            }
        }

        private IOException failure(String what, LastErrorException e) {
            String reason = what + ": error " + e.getErrorCode();
            FileSystemException failure =
                    switch (e.getErrorCode()) {
                        case ENOENT -> new NoSuchFileException(file.toString());
                        case EPERM, EACCES -> new AccessDeniedException(file.toString(), null, reason);
                        default -> new FileSystemException(file.toString(), null, reason);
                    };
            failure.initCause(e);
            return failure;
        }

        @Override
        public void close() {
            value.close();
            int unused = LibC.close(descriptor);
        }
    }

    /** What of the C library is needed. */
    private static final class LibC {
        static {
            Native.register(LibC.class, "c");
        }

        private LibC() {}

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int ioctl(int descriptor, long request, Memory value) throws LastErrorException;

        static native int close(int descriptor);
    }
}

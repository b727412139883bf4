package io.holdfast.strategy.filesystem.internal;

import com.sun.jna.Native;

/**
 * The calls of the C library that the JDK has no equal for, mapped directly: pointers and sizes are plain {@code long}
 * values, so that a call neither converts nor allocates. Only {@link Kernel} calls these.
 */
@SuppressWarnings("checkstyle:MethodName")
final class LibC {

    static final int SYNC_FILE_RANGE_WRITE = 2;
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_SYMLINK_FOLLOW = 0x400;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY;
    static final int O_NOFOLLOW;

    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    static final int POSIX_FADV_SEQUENTIAL = 2;
    static final int POSIX_FADV_NOREUSE = 5;

    static final int RENAME_NOREPLACE = 1;

    static final long SYS_OPENAT2 = 437;
    static final long SYS_LISTXATTRAT = 465;
    static final long SYS_GETDENTS64;
    static final long SYS_MKNODAT;
    static final long SYS_RENAMEAT2;

    static final long FS_IOC_GETFLAGS = 0x80086601L;
    static final long FS_IOC_SETFLAGS = 0x40086602L;

    static {
        // the only numbers that differ between the two architectures
        boolean x86 = System.getProperty("os.arch", "").equals("amd64");
        O_DIRECTORY = x86 ? 0x10000 : 0x4000;
        O_NOFOLLOW = x86 ? 0x20000 : 0x8000;
        SYS_GETDENTS64 = x86 ? 217 : 61;
        SYS_MKNODAT = x86 ? 259 : 33;
        SYS_RENAMEAT2 = x86 ? 316 : 276;
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** Whether the numbers above are right for this machine. */
    static boolean supported() {
        String arch = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "").equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"));
    }

    static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    static native int openat(int directory, long path, int flags, int mode);

    static native int close(int fd);

    static native int statx(int directory, long path, int flags, int mask, long result);

    static native int fstatfs(int fd, long result);

    static native long readlinkat(int directory, long path, long buffer, long size);

    static native long pread(int fd, long buffer, long count, long offset);

    static native long pwrite(int fd, long buffer, long count, long offset);

    static native long lseek(int fd, long offset, int whence);

    static native int ftruncate(int fd, long length);

    static native int fallocate(int fd, int mode, long offset, long length);

    static native int posix_fadvise(int fd, long offset, long length, int advice);

    static native int syncfs(int fd);

    static native int sync_file_range(int fd, long offset, long length, int flags);

    static native int mkdirat(int directory, long path, int mode);

    static native int symlinkat(long target, int directory, long path);

    static native int linkat(int oldDirectory, long oldPath, int newDirectory, long newPath, int flags);

    static native int unlinkat(int directory, long path, int flags);

    static native int renameat(int oldDirectory, long oldPath, int newDirectory, long newPath);

    static native int fchownat(int directory, long path, int user, int group, int flags);

    static native int fchmod(int fd, int mode);

    static native int chmod(long path, int mode);

    static native int futimens(int fd, long times);

    static native int utimensat(int directory, long path, long times, int flags);

    static native int ioctl(int fd, long request, long argument);

    static native long llistxattr(long path, long buffer, long size);

    static native long lgetxattr(long path, long name, long buffer, long size);

    static native int lsetxattr(long path, long name, long value, long size, int flags);

    static native int setxattr(long path, long name, long value, long size, int flags);

    static native long flistxattr(int fd, long buffer, long size);

    static native long fgetxattr(int fd, long name, long buffer, long size);

    static native int fsetxattr(int fd, long name, long value, long size, int flags);

    static native int fremovexattr(int fd, long name);

    static native int removexattr(long path, long name);

    static native int faccessat(int directory, long path, int mode, int flags);

    static native int getpwuid_r(int user, long result, long buffer, long size, long found);

    static native int getgrgid_r(int group, long result, long buffer, long size, long found);

    static native int getpwnam_r(long name, long result, long buffer, long size, long found);

    static native int getgrnam_r(long name, long result, long buffer, long size, long found);

    static native int geteuid();

    static native int getegid();
}

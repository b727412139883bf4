package io.holdfast.strategy.filesystem.internal;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What Holdfast asks of the Linux kernel when it reads: files by an open directory and a name, never by a whole path that
 * somebody could redirect meanwhile. File descriptors are plain numbers; whoever opens one closes it. Safe for any thread.
 */
class Kernel {

    private static final byte[] EMPTY = new byte[0];
    private static final byte[] DOT = {'.'};
    private static final int RESOLVE_INSIDE = 2 | 4 | 8; // no magic links, no symbolic links, beneath
    private static final int ATTEMPTS = 100;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
    private final boolean openat2;
    private final boolean listxattrat;
    private final int user;
    private volatile boolean mayKeepAccessTimes = true;

    /**
     * Finds out what the kernel can do.
     *
     * @throws PluginException {@code UNSUPPORTED} where this is no Linux, or not one of the known architectures
     */
    static Kernel load() throws PluginException {
        if (!LibC.supported()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "file systems are protected on Linux on x86-64 and arm64 only; this node runs "
                            + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        try {
            Kernel kernel = new Kernel(true);
            kernel.stat(LibC.AT_FDCWD, "/proc/self/fd".getBytes(StandardCharsets.US_ASCII));
            return kernel;
        } catch (ErrnoException e) {
            throw e.toPlugin("cannot use /proc/self/fd; mount proc at /proc");
        } catch (LinkageError e) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED, "the C library of this node lacks a needed call: " + e.getMessage(), e);
        }
    }

    /** @param mayUseNewCalls false only to try the way of older kernels */
    Kernel(boolean mayUseNewCalls) {
        this.openat2 = mayUseNewCalls && probeOpenat2();
        this.listxattrat = mayUseNewCalls && probeListxattrat();
        this.user = LibC.geteuid();
    }

    private boolean probeOpenat2() {
        try {
            close(openInside(LibC.AT_FDCWD, DOT, LibC.O_PATH | LibC.O_DIRECTORY, 0));
            return true;
        } catch (ErrnoException e) {
            return false; // an old kernel, or a sandbox that does not know the call
        }
    }

    private boolean probeListxattrat() {
        try {
            Scratch s = scratch.get();
            return listxattrat(s, LibC.AT_FDCWD, DOT) >= 0 || Native.getLastError() == Errno.EOPNOTSUPP;
        } catch (ErrnoException e) {
            return false;
        }
    }

    private static long listxattrat(Scratch s, int directory, byte[] name) throws ErrnoException {
        int flags = LibC.AT_SYMLINK_NOFOLLOW;
        return LibC.syscall(
                LibC.SYS_LISTXATTRAT, directory, s.path(name), flags, s.valueAddress(), Scratch.VALUE_BYTES, 0);
    }

    Scratch scratch() {
        return scratch.get();
    }

    static long check(String call, long result) throws ErrnoException {
        if (result == -1) {
            throw new ErrnoException(call, Native.getLastError());
        }
        return result;
    }

    /** Opens a name in a directory, or a path from the working directory or root. Never follows a link at the end. */
    int open(int directory, byte[] name, int flags, int mode) throws ErrnoException {
        Scratch s = scratch.get();
        for (int attempt = 0; ; attempt++) {
            int fd = LibC.openat(directory, s.path(name), flags | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, mode);
            if (fd >= 0) {
                return fd;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR || attempt >= ATTEMPTS) {
                throw new ErrnoException("open", errno);
            }
        }
    }

    /** Opens a directory by a path of the administrator's, following links. */
    int openFollowing(byte[] path) throws ErrnoException {
        int flags = LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC;
        return (int) check("open", LibC.openat(LibC.AT_FDCWD, scratch.get().path(path), flags, 0));
    }

    /**
     * Opens a path below a directory. No symbolic link is followed anywhere on the way, so that the result lies below the
     * directory whatever others do meanwhile. The path may be longer than {@code PATH_MAX}; empty for the directory itself.
     */
    int openBelow(int directory, byte[] path, int flags, int mode) throws ErrnoException {
        if (path.length == 0) {
            return open(directory, DOT, flags, mode);
        }
        if (openat2 && path.length < Scratch.PATH_MAX) {
            return openInside(directory, path, flags, mode);
        }
        int at = directory;
        int from = 0;
        try {
            while (true) {
                int to = segmentEnd(path, from);
                byte[] part = Arrays.copyOfRange(path, from, to);
                if (to == path.length) {
                    return openPart(at, part, flags, mode);
                }
                int next = openPart(at, part, LibC.O_PATH | LibC.O_DIRECTORY, 0);
                if (at != directory) {
                    close(at);
                }
                at = next;
                from = to + 1;
            }
        } finally {
            if (at != directory) {
                close(at);
            }
        }
    }

    /**
     * Opens a file or directory below another for reading, leaving its access time alone where that is permitted, and never
     * waiting for the other end of a pipe.
     *
     * @param owner the file's owner as last seen; only owners and root may leave the access time alone
     */
    int openToRead(int directory, byte[] path, int flags, int owner) throws ErrnoException {
        int wanted = LibC.O_RDONLY | LibC.O_NONBLOCK | flags;
        if (mayKeepAccessTimes || owner == user) {
            try {
                return openBelow(directory, path, wanted | LibC.O_NOATIME, 0);
            } catch (ErrnoException e) {
                if (!e.is(Errno.EPERM)) {
                    throw e;
                }
                mayKeepAccessTimes = false;
            }
        }
        return openBelow(directory, path, wanted, 0);
    }

    private int openPart(int directory, byte[] part, int flags, int mode) throws ErrnoException {
        return openat2 ? openInside(directory, part, flags, mode) : open(directory, part, flags, mode);
    }

    /** Where the part ends that one call takes: as many segments as fit with openat2, otherwise a single one. */
    private int segmentEnd(byte[] path, int from) {
        if (openat2 && path.length - from < Scratch.PATH_MAX) {
            return path.length;
        }
        int end = path.length;
        for (int i = from; i < path.length; i++) {
            if (path[i] == '/') {
                end = i;
                if (!openat2) {
                    return end;
                }
            }
            if (i - from >= Scratch.PATH_MAX - 2 && end > from && end < path.length) {
                return end;
            }
        }
        return openat2 ? end : path.length;
    }

    private int openInside(int directory, byte[] path, int flags, int mode) throws ErrnoException {
        Scratch s = scratch.get();
        long how = s.structAddress();
        int at = s.structOffset();
        s.memory().putLong(at, (flags | LibC.O_CLOEXEC | LibC.O_NOFOLLOW) & 0xffffffffL);
        s.memory().putLong(at + 8, mode);
        s.memory().putLong(at + 16, RESOLVE_INSIDE);
        for (int attempt = 0; ; attempt++) {
            long fd = LibC.syscall(LibC.SYS_OPENAT2, directory, s.path(path), how, 24, 0, 0);
            if (fd >= 0) {
                return (int) fd;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR && errno != Errno.EAGAIN || attempt >= ATTEMPTS) {
                throw new ErrnoException("openat2", errno);
            }
        }
    }

    /** Closes; an error only matters to who has written. */
    int close(int fd) {
        return LibC.close(fd) == 0 ? 0 : Native.getLastError();
    }

    /** What a name in a directory is; a link is described itself. */
    FileStat stat(int directory, byte[] name) throws ErrnoException {
        Scratch s = scratch.get();
        int flags = LibC.AT_SYMLINK_NOFOLLOW | LibC.AT_NO_AUTOMOUNT;
        check("statx", LibC.statx(directory, s.path(name), flags, FileStat.MASK, s.structAddress()));
        return FileStat.read(s.memory(), s.structOffset());
    }

    /** What an open file is. */
    FileStat stat(int fd) throws ErrnoException {
        Scratch s = scratch.get();
        check("statx", LibC.statx(fd, s.path(EMPTY), LibC.AT_EMPTY_PATH, FileStat.MASK, s.structAddress()));
        return FileStat.read(s.memory(), s.structOffset());
    }

    /** On what kind of file system an open file lies. */
    FileSystem fileSystem(int fd) throws ErrnoException {
        Scratch s = scratch.get();
        check("fstatfs", LibC.fstatfs(fd, s.structAddress()));
        int at = s.structOffset();
        return new FileSystem(s.memory().getLong(at), s.memory().getLong(at + 56));
    }

    /** The names in a directory that was just opened for reading. */
    DirectoryListing list(int fd) throws ErrnoException {
        Scratch s = scratch.get();
        DirectoryListing.Builder names = new DirectoryListing.Builder();
        while (true) {
            long n = LibC.syscall(LibC.SYS_GETDENTS64, fd, s.valueAddress(), Scratch.VALUE_BYTES, 0, 0, 0);
            if (n <= 0) {
                check("getdents64", n);
                return names.sorted();
            }
            int at = s.valueOffset();
            for (int end = at + (int) n; at < end; at += s.memory().getShort(at + 16) & 0xffff) {
                names.add(s.memory(), at + 19);
            }
        }
    }

    /** Where a symbolic link points, as the file system has it. */
    byte[] readLink(int directory, byte[] name) throws ErrnoException {
        Scratch s = scratch.get();
        long n = LibC.readlinkat(directory, s.path(name), s.valueAddress(), Scratch.VALUE_BYTES);
        return s.value((int) check("readlink", n));
    }

    /** The path under which the kernel knows an open file. */
    byte[] pathOf(int fd) throws ErrnoException {
        Scratch s = scratch.get();
        long n = LibC.readlinkat(LibC.AT_FDCWD, s.procPath(fd, EMPTY), s.valueAddress(), Scratch.VALUE_BYTES);
        return s.value((int) check("readlink", n));
    }

    /** Reads at an offset into a buffer, without copying if it is a direct one. 0 at the end. */
    int read(int fd, long offset, ByteBuffer target) throws ErrnoException {
        if (target.isDirect()) {
            long address = Pointer.nativeValue(Native.getDirectBufferPointer(target)) + target.position();
            int n = pread(fd, address, target.remaining(), offset);
            target.position(target.position() + n);
            return n;
        }
        Scratch s = scratch.get();
        int n = pread(fd, s.valueAddress(), Math.min(target.remaining(), Scratch.VALUE_BYTES), offset);
        target.put(s.memory().duplicate().position(s.valueOffset()).limit(s.valueOffset() + n));
        return n;
    }

    private static int pread(int fd, long address, int count, long offset) throws ErrnoException {
        for (int attempt = 0; ; attempt++) {
            long n = LibC.pread(fd, address, count, offset);
            if (n >= 0) {
                return (int) n;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR || attempt >= ATTEMPTS) {
                throw new ErrnoException("pread", errno);
            }
        }
    }

    /** The next data ({@code SEEK_DATA}) or hole ({@code SEEK_HOLE}) at or after an offset. */
    long seek(int fd, long offset, int whence) throws ErrnoException {
        return check("lseek", LibC.lseek(fd, offset, whence));
    }

    /** A hint: the file is read from front to back, and its pages are of no use afterwards. */
    void adviseWholeRead(int fd) {
        int unused = LibC.posix_fadvise(fd, 0, 0, LibC.POSIX_FADV_SEQUENTIAL);
        unused = LibC.posix_fadvise(fd, 0, 0, LibC.POSIX_FADV_NOREUSE);
    }

    /** The extended attributes of a name in a directory; of a link itself. Empty where the file system has none. */
    List<ExtendedAttribute> attributes(int directory, byte[] name) throws ErrnoException {
        Scratch s = scratch.get();
        // the newer call spares the way through /proc, which costs more than everything else about an entry
        long n = listxattrat
                ? listxattrat(s, directory, name)
                : LibC.llistxattr(s.procPath(directory, name), s.valueAddress(), Scratch.VALUE_BYTES);
        List<byte[]> names = split(s, listed(n));
        if (names.isEmpty()) {
            return List.of();
        }
        List<ExtendedAttribute> found = new ArrayList<>(names.size());
        for (byte[] attribute : names) {
            long path = s.procPath(directory, name);
            long length = LibC.lgetxattr(path, s.otherPath(attribute), s.valueAddress(), Scratch.VALUE_BYTES);
            keep(s, found, attribute, length);
        }
        return found;
    }

    /** The extended attributes of an open file. */
    List<ExtendedAttribute> attributes(int fd) throws ErrnoException {
        Scratch s = scratch.get();
        List<byte[]> names = split(s, listed(LibC.flistxattr(fd, s.valueAddress(), Scratch.VALUE_BYTES)));
        if (names.isEmpty()) {
            return List.of();
        }
        List<ExtendedAttribute> found = new ArrayList<>(names.size());
        for (byte[] attribute : names) {
            long length = LibC.fgetxattr(fd, s.otherPath(attribute), s.valueAddress(), Scratch.VALUE_BYTES);
            keep(s, found, attribute, length);
        }
        return found;
    }

    /** Whether a directory has that attribute. */
    boolean hasAttribute(int directory, byte[] attribute) throws ErrnoException {
        Scratch s = scratch.get();
        return LibC.lgetxattr(s.procPath(directory, DOT), s.otherPath(attribute), s.valueAddress(), Scratch.VALUE_BYTES)
                > 0;
    }

    private static int listed(long n) throws ErrnoException {
        if (n == -1 && Native.getLastError() == Errno.EOPNOTSUPP) {
            return 0;
        }
        return (int) check("listxattr", n);
    }

    private static List<byte[]> split(Scratch s, int length) {
        if (length == 0) {
            return List.of();
        }
        List<byte[]> names = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (s.memory().get(s.valueOffset() + i) == 0) {
                names.add(s.value(from, i - from));
                from = i + 1;
            }
        }
        return names;
    }

    private static void keep(Scratch s, List<ExtendedAttribute> found, byte[] name, long length) throws ErrnoException {
        if (length >= 0) {
            found.add(new ExtendedAttribute(name, s.value((int) length)));
            return;
        }
        int errno = Native.getLastError();
        // gone meanwhile, or listed but not for us to read
        if (errno != Errno.ENODATA && errno != Errno.EOPNOTSUPP && errno != Errno.EPERM && errno != Errno.EACCES) {
            throw new ErrnoException("getxattr", errno);
        }
    }

    /** The user that this process acts as. */
    int user() {
        return user;
    }
}

package io.holdfast.strategy.filesystem.internal;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** What Holdfast asks of the kernel when it restores: always by an open directory and one name. Safe for any thread. */
final class KernelChanges {

    private static final byte[] EMPTY = new byte[0];
    private static final byte[] ACCESS_LIST =
            "system.posix_acl_access".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int UTIME_OMIT = 0x3ffffffe;
    private static final int W_OK = 2;

    private final Kernel kernel;
    private final AtomicBoolean noReplaceWorks = new AtomicBoolean(true);

    KernelChanges(Kernel kernel) {
        this.kernel = kernel;
    }

    private Scratch scratch() {
        return kernel.scratch();
    }

    private static void check(String call, long result) throws ErrnoException {
        Kernel.check(call, result);
    }

    void makeDirectory(int directory, byte[] name, int mode) throws ErrnoException {
        check("mkdirat", LibC.mkdirat(directory, scratch().path(name), mode));
    }

    /** @param type one of the types of {@link FileStat} */
    void makeNode(int directory, byte[] name, int type, long device) throws ErrnoException {
        long number = makedev(device >>> 32, device & 0xffffffffL);
        check("mknodat", LibC.syscall(LibC.SYS_MKNODAT, directory, scratch().path(name), type | 0600, number, 0, 0));
    }

    /** The kernel's way to put major and minor number into one. */
    private static long makedev(long major, long minor) {
        return minor & 0xff | (major & 0xfff) << 8 | (minor & 0xfff00) << 12;
    }

    void makeLink(byte[] target, int directory, byte[] name) throws ErrnoException {
        Scratch s = scratch();
        check("symlinkat", LibC.symlinkat(s.otherPath(target), directory, s.path(name)));
    }

    /** Gives an open file a further name. */
    void linkOpen(int fd, int directory, byte[] name) throws ErrnoException {
        Scratch s = scratch();
        long from = s.procPath(fd, EMPTY);
        long to = s.otherPath(name);
        check("linkat", LibC.linkat(LibC.AT_FDCWD, from, directory, to, LibC.AT_SYMLINK_FOLLOW));
    }

    void remove(int directory, byte[] name) throws ErrnoException {
        check("unlinkat", LibC.unlinkat(directory, scratch().path(name), 0));
    }

    void removeDirectory(int directory, byte[] name) throws ErrnoException {
        check("unlinkat", LibC.unlinkat(directory, scratch().path(name), LibC.AT_REMOVEDIR));
    }

    /** Renames within a directory, in one step. Without {@code replace}, {@code EEXIST} if the name is taken. */
    void rename(int directory, byte[] from, byte[] to, boolean replace) throws ErrnoException {
        Scratch s = scratch();
        if (!replace && noReplaceWorks.get()) {
            long rc = LibC.syscall(
                    LibC.SYS_RENAMEAT2, directory, s.path(from), directory, s.otherPath(to), LibC.RENAME_NOREPLACE, 0);
            int errno = rc == -1 ? Native.getLastError() : 0;
            if (errno == 0) {
                return;
            }
            if (errno != Errno.EINVAL && errno != Errno.ENOSYS) {
                throw new ErrnoException("renameat2", errno);
            }
            noReplaceWorks.set(false); // a file system without it: what was looked up before must do
        }
        check("renameat", LibC.renameat(directory, s.path(from), directory, s.otherPath(to)));
    }

    /** Changes the owner of an open file; -1 leaves one as it is. */
    void owner(int fd, int user, int group) throws ErrnoException {
        check("fchownat", LibC.fchownat(fd, scratch().path(EMPTY), user, group, LibC.AT_EMPTY_PATH));
    }

    /** @param located whether the descriptor only locates the file ({@code O_PATH}) */
    void mode(int fd, boolean located, int mode) throws ErrnoException {
        check("chmod", located ? LibC.chmod(scratch().procPath(fd, EMPTY), mode) : LibC.fchmod(fd, mode));
    }

    void modified(int fd, boolean located, long seconds, int nanos) throws ErrnoException {
        Scratch s = scratch();
        int at = s.structOffset();
        s.memory().putLong(at, 0);
        s.memory().putLong(at + 8, UTIME_OMIT);
        s.memory().putLong(at + 16, seconds);
        s.memory().putLong(at + 24, nanos);
        check(
                "utimensat",
                located
                        ? LibC.utimensat(LibC.AT_FDCWD, s.procPath(fd, EMPTY), s.structAddress(), 0)
                        : LibC.futimens(fd, s.structAddress()));
    }

    void attribute(int fd, boolean located, ExtendedAttribute attribute) throws ErrnoException {
        Scratch s = scratch();
        byte[] value = attribute.value();
        if (value.length > Scratch.VALUE_BYTES) {
            throw new ErrnoException("setxattr", Errno.ERANGE);
        }
        s.putValue(value);
        long name = s.otherPath(attribute.name());
        check(
                "setxattr",
                located
                        ? LibC.setxattr(s.procPath(fd, EMPTY), name, s.valueAddress(), value.length, 0)
                        : LibC.fsetxattr(fd, name, s.valueAddress(), value.length, 0));
    }

    /** Takes away the access list that a new file got from its directory; harmless if there is none. */
    void removeAccessList(int fd, boolean located) {
        try {
            Scratch s = scratch();
            long name = s.otherPath(ACCESS_LIST);
            int unused = located ? LibC.removexattr(s.procPath(fd, EMPTY), name) : LibC.fremovexattr(fd, name);
        } catch (ErrnoException e) {
            throw new IllegalStateException("a fixed name does not fit", e);
        }
    }

    /** Sets inode flags in addition to those that are set; flags as {@code chattr} knows them. */
    void addFlags(int fd, int flags) throws ErrnoException {
        Scratch s = scratch();
        check("ioctl", LibC.ioctl(fd, LibC.FS_IOC_GETFLAGS, s.structAddress()));
        int now = s.memory().getInt(s.structOffset());
        if ((now & flags) != flags) {
            s.memory().putInt(s.structOffset(), now | flags);
            check("ioctl", LibC.ioctl(fd, LibC.FS_IOC_SETFLAGS, s.structAddress()));
        }
    }

    void size(int fd, long size) throws ErrnoException {
        check("ftruncate", LibC.ftruncate(fd, size));
    }

    /** Reserves the blocks of a file; does nothing where the file system cannot. */
    void reserve(int fd, long size) throws ErrnoException {
        if (LibC.fallocate(fd, 0, 0, size) != 0) {
            int errno = Native.getLastError();
            if (errno == Errno.ENOSPC || errno == Errno.EDQUOT || errno == Errno.EFBIG) {
                throw new ErrnoException("fallocate", errno);
            }
        }
    }

    /** Writes all remaining bytes, without copying if the buffer is direct. */
    void write(int fd, long offset, ByteBuffer data) throws ErrnoException {
        long at = offset;
        while (data.hasRemaining()) {
            long address;
            int count = data.remaining();
            if (data.isDirect()) {
                address = Pointer.nativeValue(Native.getDirectBufferPointer(data)) + data.position();
            } else {
                Scratch s = scratch();
                count = Math.min(count, Scratch.VALUE_BYTES);
                s.memory().put(s.valueOffset(), data, data.position(), count);
                address = s.valueAddress();
            }
            long n = LibC.pwrite(fd, address, count, at);
            if (n == -1) {
                int errno = Native.getLastError();
                if (errno != Errno.EINTR) {
                    throw new ErrnoException("pwrite", errno);
                }
                n = 0;
            }
            data.position(data.position() + (int) n);
            at += n;
        }
    }

    /** Has the system begin to write to the disk what it keeps of this file. A hint: nothing is waited for, and no failure is told. */
    void writeBack(int fd) {
        LibC.sync_file_range(fd, 0, 0, LibC.SYNC_FILE_RANGE_WRITE);
    }

    /** Everything written to the file system of this file is on its disk afterwards. */
    void sync(int fd) throws ErrnoException {
        check("syncfs", LibC.syncfs(fd));
    }

    /** @throws ErrnoException if this process may not create anything in the directory */
    void checkWritable(int directory) throws ErrnoException {
        int effective = LibC.AT_REMOVEDIR; // AT_EACCESS has the same value
        check("faccessat", LibC.faccessat(LibC.AT_FDCWD, scratch().procPath(directory, EMPTY), W_OK, effective));
    }
}

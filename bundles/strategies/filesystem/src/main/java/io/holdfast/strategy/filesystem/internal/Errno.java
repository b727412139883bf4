package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.ErrorKind;

/** The one place that knows what the kernel's error numbers mean to Holdfast. */
final class Errno {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int EMLINK = 31;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;
    static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int EHOSTDOWN = 112;
    static final int ESTALE = 116;
    static final int EREMOTEIO = 121;
    static final int EDQUOT = 122;

    private Errno() {}

    static ErrorKind kind(int errno) {
        return switch (errno) {
            case EPERM, EACCES, EROFS -> ErrorKind.PERMISSION;
            case ENOENT, ENODEV -> ErrorKind.NOT_FOUND;
            case EEXIST -> ErrorKind.ALREADY_EXISTS;
            case ENOSPC, EDQUOT -> ErrorKind.QUOTA;
            case ELOOP, ENOTDIR, EISDIR, ENOTEMPTY, EBUSY -> ErrorKind.CONFLICT;
            case EIO, ESTALE, ENXIO, EREMOTEIO, EHOSTDOWN, ENOTCONN, ENOMEM, ENFILE, EMFILE, EAGAIN ->
                ErrorKind.UNAVAILABLE;
            case ETIMEDOUT -> ErrorKind.TIMEOUT;
            case EOPNOTSUPP, ENOSYS, ENAMETOOLONG, EFBIG, EMLINK, EXDEV, EINVAL -> ErrorKind.UNSUPPORTED;
            default -> ErrorKind.INTERNAL;
        };
    }

    static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case EACCES -> "permission denied";
            case EROFS -> "the file system is read-only";
            case ENOENT -> "it does not exist";
            case ENODEV -> "no such device";
            case EEXIST -> "it exists already";
            case ENOSPC -> "no space left";
            case EDQUOT -> "the quota is used up";
            case ELOOP -> "a symbolic link is in the way";
            case ENOTDIR -> "not a directory";
            case EISDIR -> "it is a directory";
            case ENOTEMPTY -> "the directory is not empty";
            case EBUSY -> "it is in use";
            case EIO, EREMOTEIO -> "input/output error of the device";
            case ENXIO -> "no such device or address";
            case ESTALE -> "stale handle of a network file system";
            case EHOSTDOWN, ENOTCONN -> "the server of the file system is not reachable";
            case ETIMEDOUT -> "the server of the file system did not answer in time";
            case ENOMEM -> "the kernel has no memory";
            case ENFILE, EMFILE -> "too many open files";
            case EAGAIN -> "temporarily not available";
            case EOPNOTSUPP, ENOSYS -> "not supported by the file system or the kernel";
            case ENAMETOOLONG -> "the name is too long";
            case EFBIG -> "larger than the file system allows";
            case EMLINK -> "too many links";
            case EXDEV -> "on another file system";
            case EINVAL -> "refused as invalid by the file system";
            default -> "error number " + errno;
        };
    }

    /** What to do next; empty if the description says it all. */
    static String advice(int errno) {
        return switch (errno) {
            case EPERM, EACCES ->
                "run the node as root or with the capabilities that the documentation lists, or give its user access";
            case EROFS -> "mount it writable or choose another target";
            case ENOSPC, EDQUOT -> "make room there or choose another target";
            case EIO, EREMOTEIO, ENXIO -> "check the disk and the kernel's log";
            case ENFILE, EMFILE -> "raise the limit of open files (LimitNOFILE) of the node";
            case ESTALE, EHOSTDOWN, ENOTCONN, ETIMEDOUT -> "check the mount and its server";
            default -> "";
        };
    }
}

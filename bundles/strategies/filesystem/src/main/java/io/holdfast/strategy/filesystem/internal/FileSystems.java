package io.holdfast.strategy.filesystem.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The file systems that one walk has met, by device, each asked for once. */
final class FileSystems {

    private final Kernel kernel;
    private final Map<Long, FileSystem> byDevice = new ConcurrentHashMap<>();

    FileSystems(Kernel kernel) {
        this.kernel = kernel;
    }

    FileSystem of(long device, int fd) throws ErrnoException {
        FileSystem known = byDevice.get(device);
        if (known == null) {
            known = kernel.fileSystem(fd);
            byDevice.put(device, known);
        }
        return known;
    }

    /** The file system of a name that lies on another device than its directory. */
    FileSystem of(long device, int directory, byte[] name) throws ErrnoException {
        FileSystem known = byDevice.get(device);
        if (known != null) {
            return known;
        }
        int fd = kernel.open(directory, name, LibC.O_PATH, 0);
        try {
            return of(device, fd);
        } finally {
            kernel.close(fd);
        }
    }
}

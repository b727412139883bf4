package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.source.EntryPath;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory of the target, open as long as somebody restores into it. */
final class ParentDirectory {

    private final Kernel kernel;
    private final EntryPath path;
    private final int fd;
    private final boolean inherits;
    private final AtomicInteger users = new AtomicInteger(1);

    /** @param inherits whether what is made in it gets an access list */
    ParentDirectory(Kernel kernel, EntryPath path, int fd, boolean inherits) {
        this.kernel = kernel;
        this.path = path;
        this.fd = fd;
        this.inherits = inherits;
    }

    EntryPath path() {
        return path;
    }

    int fd() {
        return fd;
    }

    boolean inherits() {
        return inherits;
    }

    ParentDirectory retain() {
        users.incrementAndGet();
        return this;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            kernel.close(fd);
        }
    }
}

package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.PluginException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What tests make on disk that the JDK cannot. */
final class Natives {

    static final Kernel KERNEL = load();
    static final KernelChanges CHANGES = new KernelChanges(KERNEL);

    private Natives() {}

    private static Kernel load() {
        try {
            return Kernel.load();
        } catch (PluginException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isRoot() {
        return KERNEL.user() == 0;
    }

    /** The bytes of a path, whatever their encoding: its URI has them percent-encoded. */
    static byte[] bytes(Path path) {
        URI uri = path.toAbsolutePath().toUri();
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        String raw = uri.getRawPath();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                out.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(raw.charAt(i));
            }
        }
        byte[] bytes = out.toByteArray();
        boolean slash = bytes.length > 1 && bytes[bytes.length - 1] == '/';
        return slash ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    interface InDirectory<T> {
        T with(int fd) throws ErrnoException;
    }

    /** Runs something with an open directory. */
    static <T> T in(Path directory, InDirectory<T> work) {
        try {
            int fd = KERNEL.open(LibC.AT_FDCWD, bytes(directory), LibC.O_RDONLY | LibC.O_DIRECTORY, 0);
            try {
                return work.with(fd);
            } finally {
                KERNEL.close(fd);
            }
        } catch (ErrnoException e) {
            throw new AssertionError(directory + ": " + e.getMessage(), e);
        }
    }

    static FileStat stat(Path file) {
        try {
            return KERNEL.stat(LibC.AT_FDCWD, bytes(file));
        } catch (ErrnoException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }

    /** Opens a file for its attributes to be changed. */
    static void withFile(Path file, InDirectory<Void> work) {
        try {
            int fd = KERNEL.open(LibC.AT_FDCWD, bytes(file), LibC.O_RDONLY | LibC.O_NONBLOCK, 0);
            try {
                work.with(fd);
            } finally {
                KERNEL.close(fd);
            }
        } catch (ErrnoException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }

    static void attribute(Path file, String name, byte[] value) {
        withFile(file, fd -> {
            CHANGES.attribute(fd, false, new ExtendedAttribute(utf8(name), value));
            return null;
        });
    }

    static void modified(Path file, long seconds, int nanos) {
        try {
            int fd = KERNEL.open(LibC.AT_FDCWD, bytes(file), LibC.O_PATH, 0);
            try {
                CHANGES.modified(fd, true, seconds, nanos);
            } finally {
                KERNEL.close(fd);
            }
        } catch (ErrnoException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }
}

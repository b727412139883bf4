package io.holdfast.core.role.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The file {@code complete} in the container's cache: there while what the container has installed is whole, and on disk. */
final class CompleteMark {

    private final Path cache;
    private final Path file;

    /** @param cache the directory in which the framework keeps bundles */
    CompleteMark(Path cache) {
        this.cache = cache.toAbsolutePath();
        this.file = this.cache.resolve("complete");
    }

    /** The role that was taken to the end; empty if none was. */
    String read() throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    void remove() throws IOException {
        if (Files.deleteIfExists(file)) {
            force(cache);
        }
    }

    /** First brings to disk what the mark vouches for. */
    void write(String role) throws IOException {
        try (Stream<Path> all = Files.walk(cache)) {
            for (Path each : List.copyOf(all.toList())) {
                if (Files.isRegularFile(each) || Files.isDirectory(each)) {
                    force(each);
                }
            }
        }
        Path part = cache.resolve("complete.new");
        Files.writeString(part, role);
        force(part);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(cache);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

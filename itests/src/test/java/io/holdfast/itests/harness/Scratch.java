package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of one test class, reachable for every user of the machine, gone when it is closed. */
public final class Scratch implements AutoCloseable {

    private final Path directory;

    private Scratch(Path directory) {
        this.directory = directory;
    }

    /** Makes one in the system's directory for temporary files. */
    public static Scratch create() {
        try {
            Path directory = Files.createTempDirectory("holdfast-itest-").toRealPath();
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new Scratch(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path path() {
        return directory;
    }

    /** The path of something in it, which need not exist. */
    public Path path(String name) {
        return directory.resolve(name);
    }

    /** A new, empty directory in it. */
    public Path directory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a directory with everything in it; harmless if there is none. */
    public static void delete(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Command.run("rm", "-rf", "--one-file-system", "--", path.toString());
        }
    }

    @Override
    public void close() {
        delete(directory);
    }
}

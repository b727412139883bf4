package io.holdfast.access.cli.offline;

import io.holdfast.spi.context.PluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private directory for caches and scratch files of one command; gone when it ends. */
final class Workplace implements AutoCloseable, PluginContext {

    private final Path directory;

    private Workplace(Path directory) {
        this.directory = directory;
    }

    /** Makes one in the directory for temporary files. */
    static Workplace create() throws IOException {
        return new Workplace(Files.createTempDirectory("holdfast-vault-"));
    }

    /** A directory in it; made if it is not there. */
    Path directory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory in " + directory, e);
        }
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public String applianceId() {
        return "no-appliance";
    }

    @Override
    public Path stateDirectory() {
        return directory("state");
    }

    @Override
    public void close() {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory + "; delete it by hand", e);
        }
    }
}

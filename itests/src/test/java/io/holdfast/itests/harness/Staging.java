package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The staging space of a node: what waits there between reading and shipping. */
public final class Staging {

    private final Path directory;

    private Staging(Path directory) {
        this.directory = directory;
    }

    /** That of an appliance. */
    public static Staging of(Appliance appliance) {
        return new Staging(appliance.data().resolve("node/staging"));
    }

    /** What is in it, but for what belongs to the space itself. */
    public List<Path> files() {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().endsWith("lock"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.holdfast.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The archive that is tried: the one just built, or {@code -Dholdfast.distribution}. */
public final class Distribution {

    private Distribution() {}

    /** Where it is. */
    public static Path archive() {
        String file = System.getProperty("holdfast.distribution", "");
        Path archive = Path.of(file);
        if (file.isEmpty() || !Files.isRegularFile(archive)) {
            throw new IllegalStateException("there is no distribution at '" + file
                    + "'; build it (./mvnw -pl karaf-assembly -am package) or name one by -Dholdfast.distribution");
        }
        return archive;
    }

    /** Unpacks it as an administrator would. */
    public static void unpackTo(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.run(
                "tar",
                "-xzf",
                archive().toString(),
                "-C",
                directory.toString(),
                "--strip-components=1",
                "--no-same-owner");
    }
}

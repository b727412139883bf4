package io.holdfast.testkit.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a program of the system. */
final class Tool {

    private Tool() {}

    /** What it prints, a character a byte; null if it is not installed. */
    static @Nullable String run(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return null;
        }
        try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.ISO_8859_1);
        } finally {
            process.destroy();
        }
    }
}

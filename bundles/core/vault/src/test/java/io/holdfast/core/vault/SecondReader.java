package io.holdfast.core.vault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.destination.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reader in {@code itests/second-reader}, which shares nothing with this bundle but FORMAT.md. Tests that use it are skipped by
 * name where its Python is missing, but with {@code -Dlab}.
 */
final class SecondReader {

    private static final int NO_PYTHON = 3;

    private final Path run = Path.of("../../../itests/second-reader/run").toAbsolutePath();
    private final Path vault;
    private final Path keyFile;
    private final String keyOption;

    /**
     * @param scratch where it may write
     * @param keyOption {@code --key-file} or {@code --passphrase-file}
     * @param key what the file holds
     */
    SecondReader(Path scratch, String keyOption, String key) throws IOException {
        this.vault = scratch.resolve("vault");
        this.keyOption = keyOption;
        this.keyFile = Files.writeString(scratch.resolve("key"), key + "\n");
    }

    /**
     * How it ended.
     *
     * @param status 0 fine, 1 damaged, 2 not possible
     * @param output what it wrote
     */
    record Reply(int status, String output) {}

    /** Writes all objects to files, as the file system destination does, in place of those there. */
    void take(MemoryDestination destination) throws IOException {
        Map<ObjectKey, byte[]> objects;
        synchronized (destination.objects) {
            objects = new TreeMap<>(destination.objects);
        }
        for (Map.Entry<ObjectKey, byte[]> object : objects.entrySet()) {
            Path file = file(object.getKey().value());
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
        }
    }

    /** The file of an object. */
    Path file(String key) {
        return vault.resolve("objects").resolve(key.replace("/", "+/"));
    }

    Reply verifyWithoutKey() throws IOException, InterruptedException {
        return start(List.of("verify", vault.toString()));
    }

    Reply verify() throws IOException, InterruptedException {
        return withKey("verify", vault.toString());
    }

    Reply list() throws IOException, InterruptedException {
        return withKey("list", vault.toString());
    }

    Reply restore(BackupSummary backup, Path target) throws IOException, InterruptedException {
        return withKey("restore", vault.toString(), backup.id().value(), target.toString());
    }

    private Reply withKey(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(keyOption, keyFile.toString()));
        return start(all);
    }

    private Reply start(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", run.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status == NO_PYTHON) {
            String lab = System.getProperty("lab");
            assumeTrue(lab != null && !lab.equals("false"), "the second reader " + output.strip());
            throw new AssertionError(output);
        }
        return new Reply(status, output);
    }
}

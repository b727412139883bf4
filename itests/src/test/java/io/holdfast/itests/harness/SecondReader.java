package io.holdfast.itests.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.itests.harness.Command.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The reader in {@code second-reader/}, which knows a vault from its format's description, not from this code. Tests that use it are skipped by name
 * where its Python is missing, but with {@code -Dlab}.
 */
public final class SecondReader {

    private static final Path RUN = Path.of("second-reader/run").toAbsolutePath();
    private static final int NO_PYTHON = 3;

    private final Path vault;
    private final Path keyFile;

    /**
     * @param vault the destination's directory
     * @param keyFile where to keep the recovery key
     * @param recoveryKey the key as it was printed
     */
    public SecondReader(Path vault, Path keyFile, String recoveryKey) {
        this.vault = vault;
        this.keyFile = keyFile;
        try {
            Files.writeString(keyFile, recoveryKey + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test if there is no Python for it; fails it if there must be one. */
    public static void require() {
        Result result = Command.tryToRun(List.of("bash", RUN.toString(), "--help"));
        if (result.status() == NO_PYTHON) {
            String lab = System.getProperty("lab");
            assumeTrue(lab != null && !lab.equals("false"), "the second reader " + result.output());
            throw new AssertionError(result.output());
        }
    }

    /** Looks at every object. */
    public Result verify() {
        return run("verify", vault.toString());
    }

    /** Lists the backups, an object of JSON a line, oldest first. */
    public Result list() {
        return run("list", vault.toString(), "--json");
    }

    /** Restores all of a backup to a directory. */
    public Result restore(String backup, Path target) {
        return run("restore", vault.toString(), backup, target.toString());
    }

    private Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", RUN.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--key-file", keyFile.toString()));
        return Command.tryToRun(command);
    }
}

package io.holdfast.transport.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A program that is not ours. Missing ones fail their tests: what needs them is marked as lab. */
final class Tool implements Closeable {

    private final Process process;
    private final Path log;

    private Tool(Path directory, List<String> command) throws IOException {
        log = Files.createTempFile(directory, "tool", ".log");
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
    }

    /** Runs to the end and gives what was printed. */
    static String run(Path directory, String... command) throws Exception {
        var tool = new Tool(directory, List.of(command));
        assertThat(tool.process.waitFor(60, TimeUnit.SECONDS))
                .as(List.of(command).toString())
                .isTrue();
        String printed = Files.readString(tool.log);
        assertThat(tool.process.exitValue())
                .as("%s: %s", List.of(command), printed)
                .isZero();
        return printed;
    }

    /** Starts a server and waits for its socket. */
    static Tool serve(Path directory, Path socket, String... command) throws IOException {
        var tool = new Tool(directory, List.of(command));
        Awaitility.await().until(() -> {
            assertThat(tool.process.isAlive()).as(Files.readString(tool.log)).isTrue();
            return Files.exists(socket);
        });
        return tool;
    }

    static Tool qemuNbd(Path directory, Path socket, String... arguments) throws IOException {
        var command =
                Stream.concat(Stream.of("qemu-nbd", "-k", socket.toString(), "-t", "-e", "8"), Stream.of(arguments));
        return serve(directory, socket, command.toArray(String[]::new));
    }

    static Tool nbdkit(Path directory, Path socket, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("nbdkit", "-f", "-U", socket.toString()));
        command.addAll(List.of(arguments));
        return serve(directory, socket, command.toArray(String[]::new));
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

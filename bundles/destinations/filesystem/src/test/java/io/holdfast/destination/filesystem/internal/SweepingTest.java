package io.holdfast.destination.filesystem.internal;

import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes that died have left, against a real process that is killed. */
class SweepingTest {

    private static final Restrictions NO_LINKS = new Restrictions(true, false, true);

    @TempDir
    Path directory;

    @Test
    void what_a_killed_process_was_writing_is_never_seen_and_is_swept_at_the_next_opening() throws Exception {
        Store store = Store.at(directory).initialize();
        Process writer = startWriter();
        try (Destination destination = store.open()) {
            assertThat(Store.files(directory.resolve("sessions")))
                    .as("a living process keeps its files")
                    .anyMatch(file -> !file.endsWith("/lock"));
            assertThat(Store.keys(destination)).isEmpty();
        } finally {
            writer.destroyForcibly().waitFor();
        }

        try (Destination destination = store.open()) {
            assertThat(Store.files(directory.resolve("sessions"))).hasSize(1).allMatch(f -> f.endsWith("/lock"));
            assertThat(Store.keys(destination)).isEmpty();
            destination.put(of("stuck"), Content.of(new byte[1]), new TestTransfer());
        }
    }

    @Test
    void the_key_that_a_killed_process_had_claimed_can_be_put() throws Exception {
        Store store = Store.withRestrictions(NO_LINKS, directory).initialize();
        Process writer = startWriter("no-links");
        assertThat(Store.files(directory.resolve("claims"))).hasSize(1);
        try (Destination openBefore = store.open()) {
            writer.destroyForcibly().waitFor();

            openBefore.put(of("stuck"), Content.of(new byte[1]), new TestTransfer());

            assertThat(Store.keys(openBefore)).containsExactly("stuck");
            assertThat(Store.files(directory.resolve("claims"))).isEmpty();
        }
    }

    private Process startWriter(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("half written");
        return process;
    }

    /** Puts an object whose content never ends. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] args) throws Exception {
            Path root = Path.of(args[0]);
            Store store = args.length > 1 ? Store.withRestrictions(NO_LINKS, root) : Store.at(root);
            Destination destination = store.open();
            destination.put(of("stuck"), new Endless(), new TestTransfer());
        }
    }

    private static final class Endless implements Content {
        @Override
        public long length() {
            return 1_000_000;
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                private int count;

                @Override
                public int read() {
                    return 0;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    if (++count == 3) {
                        System.out.println("half written");
                        waitForever();
                    }
                    return length;
                }
            };
        }

        private static void waitForever() throws IOException {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public Optional<byte[]> sha256() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> file() {
            return Optional.empty();
        }

        @Override
        public boolean consumable() {
            return false;
        }
    }

    @Test
    void sessions_of_dead_processes_are_swept_whatever_their_age_and_content() throws Exception {
        Store store = Store.at(directory).initialize();
        Path dead = Files.createDirectories(directory.resolve("sessions/1-abc_dead/3/deeper"));
        Files.write(dead.resolve("file"), new byte[10]);
        Files.createDirectories(directory.resolve("sessions/1-abc_empty"));

        store.open().close();

        assertThat(directory.resolve("sessions")).isEmptyDirectory();
    }
}

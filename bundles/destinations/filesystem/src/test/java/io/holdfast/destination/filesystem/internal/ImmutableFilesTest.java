package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Surroundings;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.testkit.fake.ManualClock;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real file system of the build, against {@code rm} of the user that runs it: root, where the tests are not skipped. */
class ImmutableFilesTest {

    private static final ObjectKey KEY = of("packs/ab/c1");
    private final TestTransfer transfer = new TestTransfer();
    private final ManualClock clock = new ManualClock(Instant.parse("2026-06-15T12:00:00Z"));

    @TempDir
    Path directory;

    private Store store = Store.at(Path.of("/"));

    @BeforeEach
    void initialize() throws Exception {
        Surroundings surroundings = new Surroundings(
                () -> UUID.randomUUID().toString(), SessionDirectory.tokenOfThisProcess(), Restrictions.NONE, clock);
        store = new Store(
                        new FilesystemDestinationType(surroundings),
                        TestPluginContext.in(Path.of("/")),
                        Map.of("paths", List.of(directory.toString()), "reserve", List.of("0")))
                .initialize();
        try (Destination destination = store.open()) {
            assumeTrue(
                    destination instanceof ImmutableStore,
                    "files cannot be made immutable here: needs root or CAP_LINUX_IMMUTABLE, and ext4, XFS or btrfs");
            assertThat(destination.capabilities()).contains(DestinationCapability.IMMUTABILITY);
        }
    }

    @AfterEach
    void takeLocksAway() throws Exception {
        run("chattr", "-R", "-f", "-i", directory.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Path file() {
        return directory.resolve("objects/packs+/ab+/c1");
    }

    @Test
    void nobody_deletes_renames_or_changes_what_is_locked() throws Exception {
        try (Destination destination = store.open()) {
            destination.put(KEY, Content.of(new byte[] {1, 2, 3}), transfer);
            ((ImmutableStore) destination).lock(KEY, clock.instant().plus(Duration.ofDays(7)), transfer);
        }
        assertThat(run("rm", "-f", file().toString())).isNotZero();
        assertThat(run("rm", "-rf", directory.resolve("objects").toString())).isNotZero();
        assertThat(run("truncate", "-s", "0", file().toString())).isNotZero();
        assertThat(run("touch", "-d", "2001-01-01", file().toString())).isNotZero();
        Assertions.assertThatThrownBy(() -> Files.move(file(), directory.resolve("x"), StandardCopyOption.ATOMIC_MOVE))
                .isInstanceOf(IOException.class);
        Assertions.assertThatThrownBy(() -> new RandomAccessFile(file().toFile(), "rw").close())
                .isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file())).containsExactly(1, 2, 3);
    }

    @Test
    void who_deletes_all_that_can_be_deleted_leaves_a_destination_that_can_be_opened_and_adopted() throws Exception {
        try (Destination destination = store.open()) {
            destination.put(KEY, Content.of(new byte[] {1, 2, 3}), transfer);
            ((ImmutableStore) destination).lock(KEY, clock.instant().plus(Duration.ofDays(7)), transfer);
        }
        assertThat(run("rm", "-rf", directory.toString())).isNotZero();
        Files.createDirectory(
                directory.resolve("sessions")); // empty then, and the error of opening says that it is missing
        store.initialize();
        try (Destination destination = store.open();
                InputStream content = destination.read(KEY, 0, 3, transfer)) {
            assertThat(content.readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void a_lock_survives_the_process_is_prolonged_never_shortened_and_ends_with_its_time() throws Exception {
        Instant until = clock.instant().plus(Duration.ofDays(7));
        try (Destination destination = store.open()) {
            destination.put(KEY, Content.of(new byte[1]), transfer);
            ImmutableStore locks = (ImmutableStore) destination;
            locks.lock(KEY, until, transfer);
            locks.lock(KEY, until.minus(Duration.ofDays(6)), transfer);
        }
        clock.advance(Duration.ofDays(6));
        try (Destination destination = store.open()) {
            ImmutableStore locks = (ImmutableStore) destination;
            assertThat(locks.lockedUntil(KEY, transfer).orElseThrow()).isBetween(until, until.plusSeconds(1));
            assertFails(ErrorKind.PERMISSION, () -> destination.delete(KEY, transfer))
                    .contains("locked until 2026-06-22");
            locks.lock(KEY, until.plus(Duration.ofDays(2)), transfer);
            clock.advance(Duration.ofDays(2));
            assertFails(ErrorKind.PERMISSION, () -> destination.delete(KEY, transfer))
                    .contains("locked until 2026-06-24");
            assertThat(run("rm", "-f", file().toString())).isNotZero();
            clock.advance(Duration.ofDays(2));
            assertThat(locks.lockedUntil(KEY, transfer)).isEmpty();
            destination.delete(KEY, transfer);
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void a_crash_while_a_lock_is_prolonged_does_not_let_the_appliance_delete() throws Exception {
        try (Destination destination = store.open()) {
            destination.put(KEY, Content.of(new byte[1]), transfer);
            ((ImmutableStore) destination).lock(KEY, clock.instant().plus(Duration.ofDays(7)), transfer);
            assertThat(run("chattr", "-i", file().toString())).isZero();
            assertFails(ErrorKind.PERMISSION, () -> destination.delete(KEY, transfer))
                    .contains("locked until");
            ((ImmutableStore) destination).lock(KEY, clock.instant().plus(Duration.ofDays(1)), transfer);
        }
        assertThat(run("rm", "-f", file().toString())).isNotZero();
    }

    @Test
    void a_locked_file_that_a_dead_session_holds_too_does_not_keep_the_destination_from_opening() throws Exception {
        try (Destination destination = store.open()) {
            destination.put(KEY, Content.of(new byte[1]), transfer);
        }
        Path dead = Files.createDirectory(directory.resolve("sessions/dead_1"));
        Files.createFile(dead.resolve("lock"));
        Files.createLink(dead.resolve("1"), file());
        try (Destination destination = store.open()) {
            assertThat(dead).doesNotExist();
            Path later = Files.createDirectory(directory.resolve("sessions/dead_2"));
            Files.createLink(later.resolve("1"), file());
            ((ImmutableStore) destination).lock(KEY, clock.instant().plus(Duration.ofDays(9_000)), transfer);
        }
        try (Destination destination = store.open()) {
            assertThat(destination.stat(KEY, transfer)).isPresent();
        }
        assertThat(run("rm", "-f", file().toString())).isNotZero();
    }

    @Test
    void without_the_right_nothing_is_announced() throws Exception {
        Surroundings surroundings = new Surroundings(
                () -> UUID.randomUUID().toString(),
                SessionDirectory.tokenOfThisProcess(),
                new Restrictions(false, false, true),
                clock);
        Store without = new Store(new FilesystemDestinationType(surroundings), store.context(), store.values());
        try (Destination destination = without.open()) {
            assertThat(destination).isNotInstanceOf(ImmutableStore.class);
            assertThat(destination.capabilities()).doesNotContain(DestinationCapability.IMMUTABILITY);
        }
    }
}

package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.destination.Capacity;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real mounts; skipped, and said so, where this user may not mount. */
class MountsTest {

    private final TestTransfer transfer = new TestTransfer();

    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void mountSmallFileSystem() throws Exception {
        root = Files.createDirectory(directory.resolve("mounted"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", root.toString()) == 0,
                "mounting a tmpfs is not allowed here");
    }

    @AfterEach
    void unmountAll() throws Exception {
        while (run("mountpoint", "-q", root.toString()) == 0 && run("umount", "-l", root.toString()) == 0) {
            // the next one below
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void a_read_only_file_system_is_read_from_and_refuses_puts_with_advice() throws Exception {
        Store store = Store.at(root).initialize();
        try (Destination destination = store.open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
        }
        assertThat(run("mount", "-o", "remount,ro", root.toString())).isZero();

        try (Destination destination = store.open()) {
            assertThat(Store.readAll(destination.read(of("a"), 0, 10, transfer)))
                    .hasSize(1);
            assertFails(ErrorKind.PERMISSION, () -> destination.put(of("b"), Content.of(new byte[1]), transfer))
                    .contains(root.toString(), "mounted read-only; mount it writable");
            assertFails(ErrorKind.PERMISSION, () -> destination.delete(of("a"), transfer))
                    .contains("read-only");
        }
    }

    @Test
    void a_read_only_file_system_of_another_appliance_is_opened_for_reading() throws Exception {
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
        }
        assertThat(run("mount", "-o", "remount,ro", root.toString())).isZero();
        Store other = Store.at(root).ofAppliance("another");

        try (Destination reader = other.type().openForReading(other.settings(), other.context())) {
            assertThat(Store.readAll(reader.read(of("a"), 0, 10, transfer))).hasSize(1);
            assertFails(ErrorKind.UNSUPPORTED, () -> reader.put(of("b"), Content.of(new byte[1]), transfer));
        }
    }

    @Test
    void a_file_system_without_any_room_is_read_from_and_freed() throws Exception {
        Store store = Store.at(root).with("reserve", "0").initialize();
        try (Destination destination = store.open()) {
            destination.put(of("a"), Content.of(TestContents.bytes(1, 1 << 20)), transfer);
        }
        run(
                "sh",
                "-c",
                "cat /dev/zero > " + root.resolve(".filler") + "; i=0; while : > " + root
                        + "/.inode$i 2>/dev/null && [ $i -lt 5000 ]; do i=$((i+1)); done");

        try (Destination destination = store.open()) {
            assertThat(Store.readAll(destination.read(of("a"), 0, 1 << 20, transfer)))
                    .hasSize(1 << 20);
            assertFails(ErrorKind.QUOTA, () -> destination.put(of("b"), Content.of(new byte[1 << 20]), transfer))
                    .contains(root.toString());
            destination.delete(of("a"), transfer);
            assertThat(destination.stat(of("a"), transfer)).isEmpty();
        }
    }

    @Test
    void a_read_only_file_system_cannot_be_initialized() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", root.toString())).isZero();

        assertFails(ErrorKind.PERMISSION, () -> Store.at(root).initialize()).contains("read-only");
    }

    @Test
    void a_file_system_that_becomes_read_only_refuses_puts_and_still_reads() throws Exception {
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
            // open files keep a file system from becoming read-only, so a read-only one is laid over it
            assertThat(run("mount", "--bind", root.toString(), root.toString())).isZero();
            assertThat(run("mount", "-o", "remount,bind,ro", root.toString())).isZero();

            assertFails(ErrorKind.PERMISSION, () -> destination.put(of("b"), Content.of(new byte[1]), transfer))
                    .contains("read-only");
            assertThat(Store.readAll(destination.read(of("a"), 0, 10, transfer)))
                    .hasSize(1);
        }
    }

    @Test
    void the_reserve_is_kept_free_and_shown_as_not_available() throws Exception {
        try (Destination destination =
                Store.at(root).with("reserve", "4 MiB").initialize().open()) {
            byte[] half = TestContents.bytes(1, 3 << 20);
            Capacity before = destination.capacity(transfer);
            destination.put(of("a"), Content.of(half), transfer);

            assertFails(ErrorKind.QUOTA, () -> destination.put(of("b"), Content.of(half), transfer))
                    .contains("bytes left above the reserve", "add a directory");
            destination.put(of("c"), Content.of(new byte[1000]), transfer);

            assertThat(before.available().orElseThrow()).isBetween(3L << 20, 4L << 20);
            assertThat(destination.capacity(transfer).available().orElseThrow()).isLessThan(1 << 20);
            destination.delete(of("a"), transfer);
            destination.put(of("b"), Content.of(half), transfer);
        }
    }

    @Test
    void a_file_system_that_is_really_full_leaves_no_half_object() throws Exception {
        try (Destination destination =
                Store.at(root).with("reserve", "0").initialize().open()) {
            Files.write(root.resolve("objects/.filler"), new byte[6 << 20]);
            TestTransfer fillsUp = new TestTransfer(total -> {
                if (total == 1 << 18) {
                    fill(root.resolve("objects/.filler2"));
                }
            });

            assertFails(ErrorKind.QUOTA, () -> destination.put(of("a"), Content.of(new byte[1 << 20]), fillsUp))
                    .contains("No space left", "free or add space");

            assertThat(Store.keys(destination)).isEmpty();
            Files.delete(root.resolve("objects/.filler"));
            destination.put(of("a"), Content.of(new byte[1 << 20]), transfer);
        }
    }

    private static void fill(Path file) {
        try {
            Files.write(file, new byte[4 << 20]);
        } catch (IOException expected) {
            assertThat(expected).hasMessageContaining("No space");
        }
    }

    @Test
    void an_unmount_in_mid_use_is_noticed_and_the_bare_mount_point_stays_empty() throws Exception {
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
            assertThat(run("umount", "-l", root.toString())).isZero();

            assertFails(ErrorKind.UNAVAILABLE, () -> destination.put(of("b"), Content.of(new byte[1]), transfer))
                    .contains("not mounted");
            assertFails(ErrorKind.UNAVAILABLE, () -> destination.stat(of("a"), transfer));
            assertFails(ErrorKind.UNAVAILABLE, () -> destination.list("", null, 10, transfer));
            assertThat(root).isEmptyDirectory();
        }
        assertFails(ErrorKind.UNAVAILABLE, () -> Store.at(root).open()).contains("not mounted");
    }

    @Test
    void an_unmount_during_a_put_fails_it_and_leaves_the_mount_point_empty() throws Exception {
        try (Destination destination = Store.at(root).initialize().open()) {
            TestTransfer unmounts = new TestTransfer(total -> {
                if (total == 1 << 18) {
                    unmount();
                }
            });

            assertFails(
                            ErrorKind.UNAVAILABLE,
                            () -> destination.put(of("a/b"), Content.of(new byte[1 << 20]), unmounts))
                    .contains("not mounted");
            assertThat(root).isEmptyDirectory();
        }
    }

    private void unmount() {
        try {
            assertThat(run("umount", "-l", root.toString())).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_staged_file_on_another_file_system_is_copied() throws Exception {
        byte[] bytes = TestContents.bytes(1, 100_000);
        Path staged = Files.write(directory.resolve("staged"), bytes);
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(staged, bytes.length, TestContents.sha256(bytes), true), transfer);

            assertThat(root.resolve("objects/a")).hasBinaryContent(bytes);
        }
    }

    @Test
    void another_destination_of_the_same_appliance_mounted_there_is_noticed() throws Exception {
        try (Destination destination = Store.at(root).initialize().open()) {
            assertThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", root.toString()))
                    .isZero();
            Store.at(root).initialize();

            assertFails(ErrorKind.CONFLICT, () -> destination.put(of("b"), Content.of(new byte[1]), transfer))
                    .contains("changed or replaced");
        }
    }
}

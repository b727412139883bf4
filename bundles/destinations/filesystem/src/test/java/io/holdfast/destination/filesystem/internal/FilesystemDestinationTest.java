package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.destination.filesystem.internal.FilesystemDestinationType.Restrictions;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.destination.ObjectStat;
import io.holdfast.testkit.fake.TestContents;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract suite does not ask: layout, markers, mounts, sweeping. */
class FilesystemDestinationTest {

    private final TestTransfer transfer = new TestTransfer();

    @TempDir
    Path directory;

    @Test
    void an_object_is_a_file_with_its_own_name() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            destination.put(of("packs/ab/c1"), Content.of(new byte[] {1, 2, 3}), transfer);
        }

        assertThat(directory.resolve("objects/packs+/ab+/c1")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void a_key_may_be_the_beginning_of_other_keys() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            List<String> keys = List.of("a", "a-b", "a.b/c", "a/b", "a/b/c", "a0");
            for (String key : keys) {
                destination.put(of(key), Content.of(new byte[1]), transfer);
            }

            assertThat(Store.keys(destination)).containsExactlyElementsOf(keys);
        }
    }

    @Test
    void ten_thousand_objects_are_listed_in_order_in_pages_of_any_size() throws Exception {
        Random random = new Random(7);
        TreeSet<ObjectKey> expected = new TreeSet<>();
        Store store = Store.at(directory).initialize();
        while (expected.size() < 10_000) {
            expected.add(of(randomKey(random)));
        }
        for (ObjectKey key : expected) {
            Path file = KeyLayout.fileOf(directory.resolve("objects"), key);
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[key.value().length()]);
        }
        try (Destination destination = store.open()) {
            for (int page : new int[] {1_000, 3_333, 9_999, 10_000}) {
                assertThat(listAll(destination, "", page).equals(List.copyOf(expected)))
                        .as("all keys in order, in pages of %d", page)
                        .isTrue();
            }
            for (String prefix : new String[] {"a", "a/", "b-", "c/a", "c/a/", "zz", "a/b/c"}) {
                List<ObjectKey> matching = expected.stream()
                        .filter(key -> key.value().startsWith(prefix))
                        .toList();
                assertThat(listAll(destination, prefix, 700).equals(matching))
                        .as("keys that start with %s", prefix)
                        .isTrue();
            }
        }
    }

    private List<ObjectKey> listAll(Destination destination, String prefix, int page) throws PluginException {
        List<ObjectKey> all = new ArrayList<>();
        while (true) {
            ObjectKey after = all.isEmpty() ? null : all.get(all.size() - 1);
            List<ObjectStat> found = destination.list(prefix, after, page, transfer);
            for (ObjectStat stat : found) {
                if (stat.size() != stat.key().value().length()) {
                    throw new AssertionError("wrong size: " + stat);
                }
                all.add(stat.key());
            }
            if (found.size() < page) {
                return all;
            }
        }
    }

    private static String randomKey(Random random) {
        StringBuilder key = new StringBuilder();
        int segments = 1 + random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            key.append(i == 0 ? "" : "/").append("abc_-".charAt(random.nextInt(5)));
            int more = random.nextInt(5);
            for (int j = 0; j < more; j++) {
                key.append("ab.-_09z".charAt(random.nextInt(8)));
            }
        }
        return key.toString();
    }

    @Test
    void files_that_are_not_ours_are_not_listed() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
            Files.createFile(directory.resolve("objects/.nfs0001"));
            Files.createFile(directory.resolve("objects/Thumbs.db"));
            Files.createDirectory(directory.resolve("objects/b"));
            Files.createSymbolicLink(directory.resolve("objects/c"), directory.resolve(Marker.FILE_NAME));

            assertThat(Store.keys(destination)).containsExactly("a");
            assertThat(destination.stat(of("c"), transfer)).isEmpty();
        }
    }

    @Test
    void a_consumable_file_on_the_same_file_system_is_taken_without_copying() throws Exception {
        byte[] bytes = TestContents.bytes(1, 100_000);
        Path staged = Files.write(directory.resolve("staged"), bytes);
        Object inode = Files.getAttribute(staged, "unix:ino");
        Path root = Files.createDirectory(directory.resolve("store"));
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("p/a"), Content.of(staged, bytes.length, TestContents.sha256(bytes), true), transfer);

            assertThat(Files.getAttribute(root.resolve("objects/p+/a"), "unix:ino"))
                    .isEqualTo(inode);
            assertThat(staged).doesNotExist();
            assertThat(transfer.bytes()).isEqualTo(bytes.length);
        }
    }

    @Test
    void a_file_that_is_not_consumable_is_copied_and_stays() throws Exception {
        byte[] bytes = TestContents.bytes(1, 100_000);
        Path staged = Files.write(directory.resolve("staged"), bytes);
        Path root = Files.createDirectory(directory.resolve("store"));
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(staged, bytes.length, TestContents.sha256(bytes), false), transfer);

            assertThat(staged).hasBinaryContent(bytes);
            assertThat(root.resolve("objects/a")).hasBinaryContent(bytes);
        }
    }

    @Test
    void a_consumable_file_survives_a_put_that_fails() throws Exception {
        byte[] bytes = TestContents.bytes(1, 1_000);
        Path staged = Files.write(directory.resolve("staged"), bytes);
        Path root = Files.createDirectory(directory.resolve("store"));
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);

            assertFails(
                    ErrorKind.ALREADY_EXISTS,
                    () -> destination.put(
                            of("a"), Content.of(staged, 1_000, TestContents.sha256(bytes), true), transfer));
            assertFails(
                    ErrorKind.INTERNAL,
                    () -> destination.put(
                            of("b"), Content.of(staged, 999, TestContents.sha256(bytes), true), transfer));
            assertThat(staged).hasBinaryContent(bytes);
        }
    }

    @Test
    void bytes_that_are_not_those_announced_are_refused_when_they_are_copied() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            Content damaged = TestContents.hashed(new byte[10], TestContents.sha256(new byte[11]));

            assertFails(ErrorKind.CORRUPT_DATA, () -> destination.put(of("a"), damaged, transfer))
                    .contains("SHA-256");
            assertThat(Store.keys(destination)).isEmpty();
        }
    }

    @Test
    void nothing_unfinished_remains_after_puts_that_failed() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            byte[] bytes = TestContents.bytes(3, 3_000_000);
            TestTransfer[] cancelled = new TestTransfer[1];
            cancelled[0] = new TestTransfer(total -> cancelled[0].cancel());

            assertFails(
                    ErrorKind.INTERNAL,
                    () -> destination.put(of("a"), TestContents.breakingAfter(bytes, 1_000_000), transfer));
            assertFails(ErrorKind.CANCELLED, () -> destination.put(of("a"), Content.of(bytes), cancelled[0]));

            assertThat(Store.files(directory.resolve("sessions"))).allMatch(file -> file.endsWith("/lock"));
            assertThat(Store.files(directory.resolve("objects"))).isEmpty();
        }
        assertThat(Store.files(directory.resolve("sessions"))).isEmpty();
    }

    @Test
    void a_directory_that_was_renamed_in_mid_use_is_noticed_and_never_written_to() throws Exception {
        Path root = Files.createDirectory(directory.resolve("store"));
        try (Destination destination = Store.at(root).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1]), transfer);
            Path away = Files.move(root, directory.resolve("away"));

            assertUnavailable(destination);

            Files.createDirectory(root);
            assertUnavailable(destination);
            assertThat(root).isEmptyDirectory();

            Files.delete(root);
            Files.move(away, root);
            destination.put(of("b"), Content.of(new byte[1]), transfer);
            assertThat(Store.keys(destination)).containsExactly("a", "b");
        }
    }

    private void assertUnavailable(Destination destination) {
        ErrorKind kind = ErrorKind.UNAVAILABLE;
        assertFails(kind, () -> destination.put(of("b"), Content.of(new byte[1]), transfer))
                .contains("not mounted");
        assertFails(kind, () -> destination.read(of("a"), 0, 1, transfer));
        assertFails(kind, () -> destination.stat(of("a"), transfer));
        assertFails(kind, () -> destination.list("", null, 10, transfer));
        assertFails(kind, () -> destination.delete(of("a"), transfer));
        assertFails(kind, () -> destination.capacity(transfer));
    }

    @Test
    void a_truncated_object_is_an_error_and_not_an_early_end() throws Exception {
        try (Destination destination = Store.at(directory).initialize().open()) {
            destination.put(of("a"), Content.of(new byte[1_000]), transfer);
            try (InputStream in = destination.read(of("a"), 0, Long.MAX_VALUE, transfer)) {
                assertThat(in.readNBytes(10)).hasSize(10);
                Files.write(directory.resolve("objects/a"), new byte[500]);

                assertThatThrownBy(in::readAllBytes)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("become shorter")
                        .hasCauseInstanceOf(PluginException.class);
            }
        }
    }

    @Test
    void a_stream_ends_with_its_destination() throws Exception {
        Destination destination = Store.at(directory).initialize().open();
        destination.put(of("a"), Content.of(new byte[1_000]), transfer);
        try (InputStream in = destination.read(of("a"), 0, Long.MAX_VALUE, transfer)) {
            destination.close();

            assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("was closed");
        }
        assertFails(ErrorKind.UNAVAILABLE, () -> destination.stat(of("a"), transfer));
    }

    @Test
    void capabilities_say_what_was_found() throws Exception {
        try (Destination destination = Store.withRestrictions(new Restrictions(false, false, true), directory)
                .initialize()
                .open()) {
            assertThat(destination.capabilities())
                    .containsExactlyInAnyOrder(
                            DestinationCapability.EXCLUSIVE_PUT,
                            DestinationCapability.LIST_AFTER_WRITE,
                            DestinationCapability.RANDOM_ACCESS,
                            DestinationCapability.DELETE,
                            DestinationCapability.CAPACITY);
        }
        try (Destination destination = Store.withRestrictions(new Restrictions(true, true, true), directory)
                .open()) {
            assertThat(destination.capabilities()).doesNotContain(DestinationCapability.EXCLUSIVE_PUT);
            destination.put(of("a"), Content.of(new byte[1]), transfer);
            assertFails(ErrorKind.ALREADY_EXISTS, () -> destination.put(of("a"), Content.of(new byte[1]), transfer));
        }
    }
}

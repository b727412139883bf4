package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveralPathsTest {

    private final TestTransfer transfer = new TestTransfer();

    @TempDir
    Path directory;

    private Path a;
    private Path b;

    @BeforeEach
    void makeDirectories() throws IOException {
        a = Files.createDirectory(directory.resolve("a"));
        b = Files.createDirectory(directory.resolve("b"));
    }

    @Test
    void objects_are_spread_and_found_again_in_any_order_of_the_paths() throws Exception {
        Store store = Store.at(a, b).initialize();
        List<String> keys = new ArrayList<>();
        try (Destination destination = store.open()) {
            for (int i = 100; i < 200; i++) {
                keys.add("packs/" + i);
                destination.put(of("packs/" + i), Content.of(new byte[i]), transfer);
            }
        }
        assertThat(count(a)).isBetween(20L, 80L);
        assertThat(count(a) + count(b)).isEqualTo(100);

        try (Destination destination = Store.at(b, a).open()) {
            assertThat(Store.keys(destination)).isEqualTo(keys);
            for (int i = 100; i < 200; i++) {
                assertThat(Store.readAll(destination.read(of("packs/" + i), 0, 1_000, transfer)))
                        .hasSize(i);
                assertThat(destination
                                .stat(of("packs/" + i), transfer)
                                .orElseThrow()
                                .size())
                        .isEqualTo(i);
                assertFails(
                        ErrorKind.ALREADY_EXISTS,
                        () -> destination.put(of("packs/150"), Content.of(new byte[1]), transfer));
            }
            assertThat(destination.list("packs/", of("packs/149"), 10, transfer))
                    .extracting(stat -> stat.key().value())
                    .isEqualTo(keys.subList(50, 60));
            for (String key : keys) {
                destination.delete(of(key), transfer);
            }
            assertThat(Store.keys(destination)).isEmpty();
        }
    }

    private static long count(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("objects/packs+"))) {
            return files.count();
        }
    }

    @Test
    void a_missing_path_keeps_the_destination_from_opening() throws Exception {
        Store.at(a, b).initialize();

        assertFails(ErrorKind.CONFLICT, () -> Store.at(a).open()).contains("one of 2 directories", "give all of them");
        assertFails(ErrorKind.CONFLICT, () -> Store.at(a).initialize()).contains("consists of 2 directories");
        Files.move(b, directory.resolve("away"));
        assertFails(ErrorKind.UNAVAILABLE, () -> Store.at(a, b).open()).contains(b.toString(), "does not exist");
    }

    @Test
    void a_path_that_vanishes_in_mid_use_makes_no_object_look_lost() throws Exception {
        try (Destination destination = Store.at(a, b).initialize().open()) {
            for (int i = 0; i < 20; i++) {
                destination.put(of("k" + i), Content.of(new byte[1]), transfer);
            }
            Files.move(b, directory.resolve("away"));

            for (int i = 0; i < 20; i++) {
                if (!Files.exists(a.resolve("objects/k" + i))) {
                    var key = of("k" + i);
                    assertFails(ErrorKind.UNAVAILABLE, () -> destination.stat(key, transfer));
                    assertFails(ErrorKind.UNAVAILABLE, () -> destination.read(key, 0, 1, transfer));
                }
            }
            assertFails(ErrorKind.UNAVAILABLE, () -> destination.list("", null, 5, transfer));
        }
    }

    @Test
    void a_path_can_be_added_and_an_open_destination_notices() throws Exception {
        Store before = Store.at(a).initialize();
        try (Destination old = before.open()) {
            old.put(of("first"), Content.of(new byte[1]), transfer);

            Store after = Store.at(b, a).initialize();

            assertFails(ErrorKind.CONFLICT, () -> old.put(of("x"), Content.of(new byte[1]), transfer))
                    .contains("open it again");
            try (Destination destination = after.open()) {
                assertThat(Store.keys(destination)).containsExactly("first");
            }
        }
        assertFails(ErrorKind.CONFLICT, before::open);
    }

    @Test
    void directories_of_different_destinations_are_not_mixed() throws Exception {
        Store.at(a).initialize();
        Store.at(b).initialize();

        assertFails(ErrorKind.CONFLICT, () -> Store.at(a, b).initialize()).contains("different destinations");
        assertFails(ErrorKind.CONFLICT, () -> Store.at(a, b).open()).contains("not parts of one destination");
    }

    @Test
    void two_paths_on_one_file_system_have_its_room_once() throws Exception {
        long one;
        try (Destination destination = Store.at(a).initialize().open()) {
            one = destination.capacity(transfer).total().orElseThrow();
        }
        try (Destination destination = Store.at(a, b).initialize().open()) {
            assertThat(destination.capacity(transfer).total()).hasValue(one);
        }
    }
}

package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.testkit.fake.TestTransfer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitializationTest {

    @TempDir
    Path directory;

    @Test
    void a_missing_directory_is_refused_unless_it_may_be_created() throws Exception {
        Path missing = directory.resolve("a/b");

        assertFails(ErrorKind.NOT_FOUND, () -> Store.at(missing).initialize())
                .contains(missing.toString(), "create or mount it");
        Store.at(missing).with("createDirectory", "true").initialize().open().close();

        assertThat(missing).isDirectory();
    }

    @Test
    void a_file_is_refused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertFails(ErrorKind.INVALID_CONFIG, () -> Store.at(file).initialize()).contains("it is a file");
        assertFails(ErrorKind.INVALID_CONFIG, () -> Store.at(file).open()).contains("it is a file");
    }

    @Test
    void a_path_below_a_file_is_refused() throws Exception {
        Path file = Files.createFile(directory.resolve("file")).resolve("below");

        assertFails(
                        ErrorKind.INVALID_CONFIG,
                        () -> Store.at(file).with("createDirectory", "true").initialize())
                .contains("cannot create");
    }

    @Test
    void a_directory_with_foreign_files_is_refused() throws Exception {
        Files.createFile(directory.resolve("thesis.odt"));

        assertFails(ErrorKind.CONFLICT, () -> Store.at(directory).initialize())
                .contains("thesis.odt", "empty directory");
    }

    @Test
    void the_root_of_a_fresh_file_system_is_accepted() throws Exception {
        Files.createDirectory(directory.resolve("lost+found"));
        Files.createDirectory(directory.resolve(".snapshot"));

        Store.at(directory).initialize().open().close();
    }

    @Test
    void initializing_again_changes_nothing() throws Exception {
        Store store = Store.at(directory).initialize();
        String marker = Files.readString(Marker.fileIn(directory));

        store.initialize();

        assertThat(Marker.fileIn(directory)).hasContent(marker);
    }

    @Test
    void two_appliances_cannot_share_a_directory_by_accident() throws Exception {
        Store ours = Store.at(directory).initialize();
        Store theirs = ours.ofAppliance("appliance-2");

        assertFails(ErrorKind.ALREADY_EXISTS, theirs::initialize).contains("appliance-1", "'adopt'");
        assertFails(ErrorKind.CONFLICT, theirs::open).contains("appliance-1", "must not share");
    }

    @Test
    void an_adopted_directory_keeps_its_objects_and_is_lost_to_the_other_appliance_even_in_mid_use() throws Exception {
        Store ours = Store.at(directory).initialize();
        try (Destination open = ours.open()) {
            open.put(of("a"), Content.of(new byte[1]), new TestTransfer());

            Store theirs = ours.ofAppliance("appliance-2").with("adopt", "true").initialize();

            assertFails(ErrorKind.CONFLICT, () -> open.put(of("b"), Content.of(new byte[1]), new TestTransfer()))
                    .contains("belongs to the appliance appliance-2");
            try (Destination adopted = theirs.open()) {
                assertThat(Store.keys(adopted)).containsExactly("a");
            }
        }
        assertFails(ErrorKind.CONFLICT, ours::open);
    }

    @Test
    void a_lost_marker_is_only_replaced_on_demand() throws Exception {
        Store store = Store.at(directory).initialize();
        Files.delete(Marker.fileIn(directory));

        assertFails(ErrorKind.UNAVAILABLE, store::open).contains("not mounted");
        assertFails(ErrorKind.CONFLICT, store::initialize).contains("marker", "'adopt'");
        store.with("adopt", "true").initialize().open().close();
    }

    @Test
    void a_damaged_marker_is_named() throws Exception {
        Store store = Store.at(directory).initialize();
        Files.writeString(Marker.fileIn(directory), "format=1\npath=x\n");

        assertFails(ErrorKind.CORRUPT_DATA, store::open).contains(Marker.FILE_NAME, "damaged");
    }

    @Test
    void a_marker_of_a_later_release_is_not_guessed_at() throws Exception {
        Store store = Store.at(directory).initialize();
        Files.writeString(Marker.fileIn(directory), "format=2\n");

        assertFails(ErrorKind.UNSUPPORTED, store::open).contains("newer release");
    }

    @Test
    void an_appliance_id_of_any_characters_comes_back() throws Exception {
        Store store = Store.at(directory).ofAppliance("ünï = \\ # \n x").initialize();

        store.open().close();
    }

    @Test
    void objects_removed_by_hand_together_with_their_directory_are_noticed_at_opening() throws Exception {
        Store store = Store.at(directory).initialize();
        Files.delete(directory.resolve("objects"));

        assertFails(ErrorKind.CORRUPT_DATA, store::open).contains("'objects'");
    }

    @Test
    void paths_within_each_other_are_refused() {
        assertFails(ErrorKind.INVALID_CONFIG, () -> Store.at(directory, directory.resolve("x"))
                        .initialize())
                .contains("lies within");
        assertFails(ErrorKind.INVALID_CONFIG, () -> Store.at(directory, directory.resolve("x/.."))
                .initialize());
    }
}

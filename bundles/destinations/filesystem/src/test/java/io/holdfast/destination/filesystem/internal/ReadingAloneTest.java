package io.holdfast.destination.filesystem.internal;

import static io.holdfast.destination.filesystem.internal.Failures.assertFails;
import static io.holdfast.spi.destination.ObjectKey.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.Content;
import io.holdfast.spi.destination.Destination;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.DestinationType;
import io.holdfast.testkit.fake.TestTransfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination whose appliance is gone, or busy: it is read, and does not notice. */
class ReadingAloneTest {

    private static final byte[] BYTES = {1, 2, 3};

    private final TestTransfer transfer = new TestTransfer();

    @TempDir
    Path directory;

    private Destination reader(Path... paths) throws PluginException {
        Store store = Store.at(paths).ofAppliance("somebody else");
        return store.type().openForReading(store.settings(), store.context());
    }

    private void givenAnObject() throws PluginException {
        try (Destination destination = Store.at(directory).initialize().open()) {
            destination.put(of("packs/c1"), Content.of(BYTES), transfer);
        }
    }

    private static TreeMap<String, String> picture(Path directory) throws IOException {
        TreeMap<String, String> picture = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.toList()) {
                picture.put(path.toString(), Files.getLastModifiedTime(path) + " " + Files.size(path));
            }
        }
        return picture;
    }

    @Test
    void another_appliance_reads_everything_and_leaves_no_trace() throws Exception {
        givenAnObject();
        TreeMap<String, String> before = picture(directory);

        try (Destination reader = reader(directory)) {
            assertThat(Store.keys(reader)).containsExactly("packs/c1");
            assertThat(Store.readAll(reader.read(of("packs/c1"), 0, 10, transfer)))
                    .isEqualTo(BYTES);
            assertThat(reader.stat(of("none"), transfer)).isEmpty();
            assertThat(reader.capacity(transfer).available()).isPresent();
        }

        assertThat(picture(directory)).isEqualTo(before);
    }

    @Test
    void nothing_can_be_put_or_deleted() throws Exception {
        givenAnObject();
        try (Destination reader = reader(directory)) {
            assertThat(reader.capabilities())
                    .doesNotContain(DestinationCapability.DELETE, DestinationCapability.EXCLUSIVE_PUT);
            assertFails(ErrorKind.UNSUPPORTED, () -> reader.put(of("new"), Content.of(BYTES), transfer));
            assertFails(ErrorKind.UNSUPPORTED, () -> reader.delete(of("packs/c1"), transfer));
        }
        assertThat(directory.resolve("objects/packs+/c1")).hasBinaryContent(BYTES);
    }

    @Test
    void a_writer_at_work_is_not_disturbed() throws Exception {
        try (Destination writer = Store.at(directory).initialize().open();
                Destination reader = reader(directory)) {
            writer.put(of("a"), Content.of(BYTES), transfer);

            assertThat(Store.keys(reader)).containsExactly("a");

            writer.put(of("b"), Content.of(BYTES), transfer);
            assertThat(Store.keys(reader)).containsExactly("a", "b");
        }
    }

    @Test
    void a_directory_without_a_marker_or_without_its_other_half_is_refused() throws Exception {
        assertFails(ErrorKind.UNAVAILABLE, () -> reader(directory).close());
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Store.at(one, two).initialize();

        assertFails(ErrorKind.CONFLICT, () -> reader(one).close());
        reader(two, one).close();
    }

    @Test
    void the_type_is_found_without_a_container() {
        assertThat(ServiceLoader.load(DestinationType.class).stream()
                        .map(p -> p.get().id()))
                .containsExactly("filesystem");
    }
}

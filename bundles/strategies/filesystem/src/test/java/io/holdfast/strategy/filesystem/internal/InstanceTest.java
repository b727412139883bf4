package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstanceDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How directories are named, and what is wrong with the names that people give. */
class InstanceTest {

    @TempDir
    Path directory;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        directory = directory.toRealPath();
        appliance = new Appliance(Appliance.directory(directory, "scratch"));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private InstanceDescription describe(String id) throws PluginException {
        return appliance.strategy.describe(id, appliance.context);
    }

    private void assertRefused(String id, ErrorKind kind, String reason) {
        assertThatThrownBy(() -> describe(id))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(reason);
    }

    @Test
    void a_directory_is_known_by_its_true_path() throws Exception {
        Path data = Appliance.directory(directory, "data/projects");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data"));

        for (String way : List.of("data/projects", "data//./projects/", "link/projects")) {
            InstanceDescription instance = describe(directory + "/" + way);
            assertThat(instance.externalId()).isEqualTo(data.toString());
            assertThat(instance.name()).isEqualTo("projects");
            assertThat(instance.kind()).isEqualTo("directory");
        }
    }

    @Test
    void a_link_is_refused_with_what_it_points_to() throws Exception {
        Appliance.directory(directory, "v1");
        Files.createSymbolicLink(directory.resolve("current"), Path.of("v1"));

        assertRefused(directory + "/current", ErrorKind.INVALID_CONFIG, "symbolic link to v1");
    }

    @Test
    void a_directory_that_became_a_link_is_not_backed_up() throws Exception {
        Path data = Appliance.directory(directory, "data");
        InstanceDescription instance = appliance.describe(data);
        Files.move(data, directory.resolve("moved"));
        Files.createSymbolicLink(data, directory.resolve("moved"));

        assertThatThrownBy(() -> appliance.backup(instance))
                .hasMessageContaining("symbolic link")
                .extracting("kind")
                .isIn(ErrorKind.CONFLICT, ErrorKind.INVALID_CONFIG);
    }

    @Test
    void wrong_names_are_explained() throws Exception {
        Files.writeString(directory.resolve("file"), "x");

        assertRefused("", ErrorKind.INVALID_CONFIG, "empty");
        assertRefused("relative/path", ErrorKind.INVALID_CONFIG, "not an absolute path");
        assertRefused(directory + "/../x", ErrorKind.INVALID_CONFIG, "'..'");
        assertRefused(directory + "/x%00y", ErrorKind.INVALID_CONFIG, "NUL");
        assertRefused(directory + "/x\0y", ErrorKind.INVALID_CONFIG, "NUL");
        assertRefused(directory + "/100%", ErrorKind.INVALID_CONFIG, "%25");
        assertRefused(directory + "/\ud800", ErrorKind.INVALID_CONFIG, "no valid text");
        assertRefused("/" + "x".repeat(256), ErrorKind.INVALID_CONFIG, "255 bytes");
        assertRefused("/" + "x/".repeat(600), ErrorKind.INVALID_CONFIG, "1024");
        assertRefused(directory + "/missing", ErrorKind.NOT_FOUND, "does not exist");
        assertRefused(directory + "/file", ErrorKind.INVALID_CONFIG, "not a directory");
        assertRefused(directory + "/file/x", ErrorKind.CONFLICT, "not a directory");
        assertRefused("/proc", ErrorKind.INVALID_CONFIG, "state of the kernel");
    }

    @Test
    void a_directory_without_permission_is_explained() throws Exception {
        Path closed = Appliance.directory(directory, "closed");
        Natives.withFile(closed, fd -> {
            Natives.CHANGES.mode(fd, false, 0);
            return null;
        });
        Natives.withFile(directory, fd -> {
            Natives.CHANGES.mode(fd, false, 0755);
            return null;
        });
        Unprivileged.call(() -> {
            assertRefused(closed.toString(), ErrorKind.PERMISSION, "permission denied");
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "/", "/\u00fc \u20ac \ud83d\udcbe", "/%25", "/%0A%7F", "/%FF%FE/x", "/%C2%85"})
    void one_path_has_one_text(String text) throws Exception {
        assertThat(InstancePath.format(InstancePath.parse(text))).isEqualTo(text);
    }

    @Test
    void names_that_are_no_text_are_instances_too() throws Exception {
        byte[] name = {'d', (byte) 0xff, '\n', '%'};
        Natives.in(directory, fd -> {
            Natives.CHANGES.makeDirectory(fd, name, 0755);
            return null;
        });

        InstanceDescription instance = describe(directory + "/d%ff%0a%25");

        assertThat(instance.externalId()).isEqualTo(directory + "/d%FF%0A%25");
        assertThat(instance.name()).isEqualTo("d%FF%0A%25");
        assertThat(appliance.backup(instance).paths()).containsExactly("");
    }

    @Test
    void instances_and_targets_lie_within_the_roots() throws Exception {
        Path allowed = Appliance.directory(directory, "allowed/in");
        Appliance.directory(directory, "allowed-not");
        Files.createSymbolicLink(directory.resolve("root"), directory.resolve("allowed"));
        try (Appliance narrow = new Appliance(
                directory.resolve("scratch"), directory.resolve("root").toString())) {
            Appliance.Backup backup = narrow.backup(allowed);
            assertThatThrownBy(() -> narrow.describe(directory.resolve("allowed-not")))
                    .hasMessageContaining("outside the roots")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.INVALID_CONFIG);
            assertThatThrownBy(() -> narrow.restore(backup, List.of(), "target", directory.resolve("other")))
                    .hasMessageContaining("outside the roots");
            assertThat(narrow.restore(backup, List.of(), "target", directory.resolve("allowed/new")))
                    .contains("restored");
        }
    }

    @Test
    void a_test_says_what_is_missing() throws Exception {
        appliance.strategy.test(appliance.context);
        try (Appliance wrong = new Appliance(
                directory.resolve("scratch"), directory.resolve("missing").toString())) {
            assertThatThrownBy(() -> wrong.strategy.test(wrong.context))
                    .hasMessageContaining("missing")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
        Kernel kernel = new Kernel(true);
        FileSystemStrategy weak = new FileSystemStrategy(
                kernel, new InstanceLocator(kernel, List.of(InstancePath.literal("/"))), new Capabilities(0));
        weak.test(appliance.context);
        assertThat(appliance.context.log().warnings()).anyMatch(line -> line.contains("CAP_DAC_READ_SEARCH"));
        assertThat(appliance.context.log().infos()).anyMatch(line -> line.contains("CAP_CHOWN"));
    }

    @Test
    void nothing_is_found_by_itself() {
        assertThatThrownBy(() -> appliance.strategy.inventory(found -> {}, appliance.context))
                .extracting("kind")
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void metadata_is_valid_json() throws Exception {
        Path odd = Appliance.directory(directory, "quote\" and \\ and \u00fc");

        String json = new String(
                appliance.backup(odd).metadata().get("directory.json"), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(json).contains("quote\\\" and \\\\ and \u00fc\"").doesNotContain("\n");
    }
}

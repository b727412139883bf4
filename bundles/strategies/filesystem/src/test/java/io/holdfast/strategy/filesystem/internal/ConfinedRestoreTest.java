package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryAttributes;
import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.TreeTarget;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing is made or changed outside of the target, whatever a backup says and whatever somebody plants in the target. With the
 * calls of new kernels and with those of old ones.
 */
class ConfinedRestoreTest {

    @TempDir
    Path directory;

    private Path outside;
    private Path target;
    private FileStat outsideBefore;
    private Appliance appliance;
    private ImportSession session;
    private TreeTarget tree;

    @BeforeEach
    void prepare() throws Exception {
        outside = Appliance.directory(directory, "outside");
        target = Appliance.directory(directory, "target");
        Files.writeString(outside.resolve("victim"), "untouched");
        outsideBefore = Natives.stat(outside);
    }

    private void open(boolean newKernel, Object... settings) throws Exception {
        appliance = new Appliance(Appliance.directory(directory, "scratch"), new Kernel(newKernel));
        Object[] all = java.util.Arrays.copyOf(settings, settings.length + 2);
        all[settings.length] = "target";
        all[settings.length + 1] = target;
        InstanceDescription instance = new InstanceDescription("/anywhere", "x", "directory", -1, Map.of());
        session = appliance.strategy.openImport(
                new ImportRequest(instance, Map.of(), Appliance.restoreSettings(all), List.of()), appliance.context);
        tree = session.openTree("root");
    }

    @AfterEach
    void nothingOutsideChanged() throws Exception {
        if (session != null) {
            session.close();
        }
        assertThat(Natives.stat(outside)).isEqualTo(outsideBefore);
        assertThat(Files.readString(outside.resolve("victim"))).isEqualTo("untouched");
        try (var files = Files.walk(target)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".holdfast-restore-"));
        }
    }

    private static TreeEntry entry(EntryKind kind, String path, String linkTarget) {
        byte[] link = Natives.utf8(linkTarget);
        EntryAttributes attributes =
                new EntryAttributes(kind == EntryKind.FILE ? 4 : 0, 1_000, 0, 0777, -1, -1, link, 0, new byte[0]);
        return new TreeEntry(EntryPath.of(path), kind, attributes, new byte[0]);
    }

    private static TreeEntry dir(String path) {
        return entry(EntryKind.DIRECTORY, path, "");
    }

    private static TreeEntry file(String path) {
        return entry(EntryKind.FILE, path, "");
    }

    private void restore(TreeEntry file) throws PluginException {
        Optional<DiskTarget> disk = tree.openFile(file);
        try (DiskTarget open = disk.orElseThrow()) {
            open.write(0, ByteBuffer.wrap(Natives.utf8("evil")));
            open.complete();
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isIn(ErrorKind.UNSUPPORTED, ErrorKind.PERMISSION));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_link_in_place_of_a_directory_is_replaced_not_followed(boolean newKernel) throws Exception {
        Files.createSymbolicLink(target.resolve("sub"), outside);
        open(newKernel);

        tree.add(dir("sub"));
        restore(file("sub/victim"));
        tree.complete();

        assertThat(Files.isDirectory(target.resolve("sub"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(Files.readString(target.resolve("sub/victim"))).isEqualTo("evil");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_link_that_stays_keeps_everything_below_it_out(boolean newKernel) throws Exception {
        Files.createSymbolicLink(target.resolve("sub"), outside);
        open(newKernel, "overwrite", "never");

        assertThat(tree.add(dir("sub"))).isFalse();
        assertThat(tree.openFile(file("sub/victim"))).isEmpty();
        assertThat(tree.add(dir("sub/deeper"))).isFalse();
        tree.complete();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_file_is_not_written_through_a_link(boolean newKernel) throws Exception {
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("victim"));
        open(newKernel);

        restore(file("file"));
        tree.complete();

        assertThat(Files.isRegularFile(target.resolve("file"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_directory_swapped_for_a_link_before_a_file_comes_is_not_followed(boolean newKernel) throws Exception {
        open(newKernel);
        tree.add(dir("sub"));
        swap("sub");

        assertRefused(() -> tree.openFile(file("sub/victim")));
        assertRefused(() -> tree.add(dir("sub/new")));
        assertRefused(() -> tree.add(entry(EntryKind.SYMLINK, "sub/link", "x")));
        assertRefused(() -> tree.openFile(file("sub/not/there/file")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_directory_swapped_for_a_link_while_a_file_is_written_is_not_followed(boolean newKernel) throws Exception {
        open(newKernel);
        tree.add(dir("sub"));
        DiskTarget disk = tree.openFile(file("sub/victim")).orElseThrow();
        swap("sub");

        disk.write(0, ByteBuffer.wrap(Natives.utf8("evil")));
        disk.complete();
        disk.close();
        tree.complete();

        assertThat(Files.readString(target.resolve("sub.moved/victim"))).isEqualTo("evil");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_directory_swapped_for_a_link_before_the_end_is_not_followed(boolean newKernel) throws Exception {
        open(newKernel);
        tree.add(dir("sub"));
        tree.add(dir("sub/inner"));
        swap("sub");

        tree.complete();

        assertThat(appliance.context.log().warnings()).anyMatch(line -> line.contains("did not get its attributes"));
    }

    private void swap(String name) throws Exception {
        Files.move(target.resolve(name), target.resolve(name + ".moved"));
        Files.createSymbolicLink(target.resolve(name), outside);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_backup_cannot_go_through_a_link_that_it_brought_itself(boolean newKernel) throws Exception {
        open(newKernel);
        tree.add(entry(EntryKind.SYMLINK, "absolute", outside.toString()));
        tree.add(entry(EntryKind.SYMLINK, "relative", "../outside"));

        assertRefused(() -> tree.openFile(file("absolute/victim")));
        assertRefused(() -> tree.openFile(file("relative/victim")));
        assertRefused(() -> tree.add(dir("relative/new")));
        assertThat(Files.readSymbolicLink(target.resolve("absolute"))).isEqualTo(outside);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hard_links_are_made_to_files_of_this_restore_only(boolean newKernel) throws Exception {
        Files.writeString(target.resolve("existing"), "not of this restore");
        Files.createSymbolicLink(target.resolve("link"), outside);
        open(newKernel);

        assertRefused(() -> tree.add(entry(EntryKind.HARDLINK, "a", "existing")));
        assertRefused(() -> tree.add(entry(EntryKind.HARDLINK, "a", "link/victim")));
        assertRefused(() -> tree.add(entry(EntryKind.HARDLINK, "a", "../outside/victim")));
        assertRefused(() -> tree.add(entry(EntryKind.HARDLINK, "a", outside + "/victim")));
        assertThat(target.resolve("a")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_hard_link_is_refused_if_its_file_was_swapped(boolean newKernel) throws Exception {
        open(newKernel);
        restore(file("file"));
        Files.delete(target.resolve("file"));
        Files.createLink(target.resolve("file"), outside.resolve("victim"));

        assertRefused(() -> tree.add(entry(EntryKind.HARDLINK, "further", "file")));

        Files.delete(target.resolve("file"));
        outsideBefore = Natives.stat(outside);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_target_behind_a_link_is_refused(boolean newKernel) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), outside);
        for (Path through : List.of(link, link.resolve("new"))) {
            target = through;
            assertThatThrownBy(() -> open(newKernel))
                    .hasMessageContaining("symbolic link")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.INVALID_CONFIG);
            session.close();
        }
        target = directory.resolve("target");
    }
}

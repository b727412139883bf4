package io.holdfast.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge is judged: a restore that is wrong in any respect is noticed. */
class TreeImageTest {

    @TempDir
    private Path directory;

    private Path copy;
    private TreeImage image;

    @BeforeEach
    void given_a_faithful_copy_of_an_odd_tree() {
        Path tree = directory.resolve("tree");
        copy = directory.resolve("copy");
        SampleTree.odd(tree);
        image = TreeImage.of(tree);
        Command.run("cp", "-a", tree.toString(), copy.toString());
    }

    private void thenOnlyThisIsDifferent(String... names) {
        assertThat(image.differencesTo(TreeImage.of(copy)))
                .hasSize(names.length)
                .allSatisfy(difference -> assertThat(names)
                        .anySatisfy(name -> assertThat(difference).startsWith("'" + name + "'")));
    }

    private Path at(String name) {
        return copy.resolve(name);
    }

    private void changeKeepingTime(Path file, String content) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void a_faithful_copy_is_the_same() {
        thenOnlyThisIsDifferent();
    }

    @Test
    void another_content_of_the_same_length_is_noticed() throws IOException {
        changeKeepingTime(at("before 1970"), "OLD\n");
        thenOnlyThisIsDifferent("before 1970");
    }

    @Test
    void a_name_that_is_no_utf8_is_told_from_another() throws IOException {
        Path odd = TreeImage.path(copy, "caf\u00e9-\u00ff-100%");
        FileTime time = Files.getLastModifiedTime(copy);
        Files.move(odd, TreeImage.path(copy, "caf\u00e8-\u00ff-100%"));
        Files.setLastModifiedTime(copy, time);
        thenOnlyThisIsDifferent("caf\u00e9-\u00ff-100%", "caf\u00e8-\u00ff-100%");
    }

    @Test
    void a_nanosecond_is_noticed() throws IOException {
        Path file = at("empty file");
        Files.setLastModifiedTime(
                file, FileTime.from(Files.getLastModifiedTime(file).toInstant().plusNanos(1)));
        thenOnlyThisIsDifferent("empty file");
    }

    @Test
    void another_mode_is_noticed() throws IOException {
        Files.setPosixFilePermissions(at("program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        thenOnlyThisIsDifferent("program");
    }

    @Test
    void a_missing_extended_attribute_is_noticed() throws IOException {
        Files.getFileAttributeView(at("file"), UserDefinedFileAttributeView.class)
                .write("colour", ByteBuffer.wrap(new byte[] {1}));
        thenOnlyThisIsDifferent("file", "hard link");
    }

    @Test
    void a_hard_link_that_became_a_copy_is_noticed() throws IOException {
        FileTime time = Files.getLastModifiedTime(copy);
        Files.delete(at("hard link"));
        Command.run("cp", "-a", at("file").toString(), at("hard link").toString());
        Files.setLastModifiedTime(copy, time);
        thenOnlyThisIsDifferent("file", "hard link");
    }

    @Test
    void a_hole_that_was_filled_is_noticed() {
        Command.run(
                "cp",
                "-a",
                "--sparse=never",
                at("sparse").toString(),
                at("filled").toString());
        Command.run("mv", at("filled").toString(), at("sparse").toString());
        assertThat(image.differencesTo(TreeImage.of(copy)))
                .anySatisfy(d -> assertThat(d).startsWith("'sparse'"));
    }

    @Test
    void another_target_of_a_link_is_noticed() throws IOException {
        FileTime time = Files.getLastModifiedTime(copy);
        Files.delete(at("dangling link"));
        Files.createSymbolicLink(at("dangling link"), Path.of("elsewhere"));
        Files.setLastModifiedTime(copy, time);
        thenOnlyThisIsDifferent("dangling link");
    }
}

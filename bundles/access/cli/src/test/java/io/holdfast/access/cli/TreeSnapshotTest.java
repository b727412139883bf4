package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeSnapshotTest {

    @TempDir
    Path parent;

    private Path tree;
    private Path copy;

    @BeforeEach
    void twoEqualTrees() throws Exception {
        Path original = Files.createDirectories(parent.resolve("original"));
        Files.createDirectories(original.resolve("directory"));
        Files.writeString(original.resolve("directory/file"), "content");
        tree = parent.resolve("tree");
        DemoSource source = new DemoSource(tree);
        source.create(original);
        copy = parent.resolve("copy");
        new ProcessBuilder("cp", "-a", tree.toString(), copy.toString()).start().waitFor();
    }

    @Test
    void aFaithfulCopyOfEveryOddityHasNoDifferences() throws IOException {
        assertThat(TreeSnapshot.of(tree).differences(TreeSnapshot.of(copy), 10)).isEmpty();
        assertThat(TreeSnapshot.of(tree).entries()).containsKey("odd/not%FFutf8%FE");
    }

    @Test
    void oneFlippedByteIsFound() throws IOException {
        Path file = copy.resolve("copy/directory/file");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "cOntent");
        Files.setLastModifiedTime(file, time);
        Files.setLastModifiedTime(file.getParent(), Files.getLastModifiedTime(tree.resolve("copy/directory")));

        assertThat(differences()).singleElement().asString().startsWith("differs: copy/directory/file");
    }

    @Test
    void anotherModeTimeOrTargetIsFound() throws IOException {
        Files.setPosixFilePermissions(copy.resolve("odd/file"), PosixFilePermissions.fromString("rwx------"));
        Files.setLastModifiedTime(copy.resolve("odd/before 1970"), FileTime.fromMillis(0));

        assertThat(differences()).hasSize(3).allMatch(d -> d.startsWith("differs: odd/"));
    }

    @Test
    void aHardLinkThatBecameACopyIsFound() throws IOException {
        Path link = copy.resolve("odd/hard link");
        FileTime time = Files.getLastModifiedTime(link);
        Files.delete(link);
        Files.copy(copy.resolve("odd/file"), link);
        Files.setLastModifiedTime(link, time);

        assertThat(differences()).anyMatch(d -> d.startsWith("differs: odd/hard%20link"));
    }

    @Test
    void missingAndUnexpectedEntriesAreFound() throws IOException {
        Files.move(copy.resolve("odd/empty file"), copy.resolve("odd/another name"));

        assertThat(differences()).contains("missing: odd/empty%20file", "not expected: odd/another%20name");
    }

    @Test
    void theChangesOfTheDemonstrationAreChanges() throws IOException {
        TreeSnapshot before = TreeSnapshot.of(tree);

        new DemoSource(tree).change();

        assertThat(before.differences(TreeSnapshot.of(tree), 100))
                .contains("missing: odd/empty%20file", "not expected: odd/new%20file");
    }

    private java.util.List<String> differences() throws IOException {
        return TreeSnapshot.of(tree).differences(TreeSnapshot.of(copy), 10);
    }
}

package io.holdfast.testkit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeComparisonTest {

    @TempDir
    Path directory;

    private Path one;
    private Path other;

    @BeforeEach
    void makeTwins() throws IOException {
        one = make(directory.resolve("one"));
        other = make(directory.resolve("other"));
    }

    private static Path make(Path root) throws IOException {
        Path sub = Files.createDirectories(root.resolve("sub"));
        Files.writeString(sub.resolve("a"), "content");
        Files.createLink(sub.resolve("b"), sub.resolve("a"));
        Files.createSymbolicLink(sub.resolve("link"), Path.of("../nowhere"));
        Files.write(root.resolve("odd\nname \"quoted\""), new byte[300_000]);
        for (Path each : new Path[] {sub.resolve("a"), root.resolve("odd\nname \"quoted\""), sub, root}) {
            Files.setLastModifiedTime(each, FileTime.from(1_700_000_000_123_456_789L, TimeUnit.NANOSECONDS));
        }
        Files.getFileAttributeView(
                        sub.resolve("link"),
                        java.nio.file.attribute.BasicFileAttributeView.class,
                        LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.fromMillis(1_700_000_000_000L), null, null);
        return root;
    }

    private void keepTimes(Path changed) throws IOException {
        Files.setLastModifiedTime(changed, FileTime.from(1_700_000_000_123_456_789L, TimeUnit.NANOSECONDS));
    }

    private TreeComparison.Result compare() throws IOException {
        return TreeComparison.compare(one, other);
    }

    @Test
    void twins_are_the_same() throws IOException {
        TreeComparison.Result result = compare();

        assertThat(result.differences()).isEmpty();
        assertThat(result.same()).isTrue();
        assertThat(result.entries()).isEqualTo(6);
        assertThat(result.bytes()).isEqualTo(300_007);
    }

    @Test
    void one_changed_byte_is_found() throws IOException {
        Path odd = other.resolve("odd\nname \"quoted\"");
        try (RandomAccessFile file = new RandomAccessFile(odd.toFile(), "rw")) {
            file.seek(299_999);
            file.write(1);
        }
        keepTimes(odd);

        assertThat(compare().differences()).singleElement().asString().contains("from byte 299999 on");
    }

    @Test
    void a_missing_and_an_additional_entry_are_found() throws IOException {
        Files.delete(other.resolve("sub/link"));
        Files.createFile(other.resolve("sub/new"));
        keepTimes(other.resolve("sub"));

        assertThat(compare().differences())
                .containsExactlyInAnyOrder("sub/link: is missing", "sub/new: was not there before");
    }

    @Test
    void a_nanosecond_is_found() throws IOException {
        Files.setLastModifiedTime(
                other.resolve("sub/a"), FileTime.from(1_700_000_000_123_456_788L, TimeUnit.NANOSECONDS));

        assertThat(compare().differences()).allSatisfy(line -> assertThat(line).contains("modified"));
        assertThat(compare().same()).isFalse();
    }

    @Test
    void permissions_are_compared() throws IOException {
        Files.setPosixFilePermissions(other.resolve("sub"), PosixFilePermissions.fromString("rwx------"));

        assertThat(compare().differences()).singleElement().asString().startsWith("sub: permissions ");
    }

    @Test
    void a_copy_instead_of_a_hard_link_is_found() throws IOException {
        Files.delete(other.resolve("sub/b"));
        Files.copy(other.resolve("sub/a"), other.resolve("sub/b"));
        keepTimes(other.resolve("sub/b"));
        keepTimes(other.resolve("sub"));

        assertThat(compare().differences()).contains("sub/b: is the same file as sub/a, but became the same as sub/b");
    }

    @Test
    void another_kind_is_found() throws IOException {
        Files.delete(other.resolve("sub/link"));
        Files.createDirectory(other.resolve("sub/link"));
        keepTimes(other.resolve("sub"));

        assertThat(compare().differences()).containsExactly("sub/link: is a symbolic link, but became a directory");
    }

    @Test
    void a_user_attribute_is_found() throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(other.resolve("sub/a"), UserDefinedFileAttributeView.class);
        assumeTrue(Files.getFileStore(other).supportsFileAttributeView("user"), "no extended attributes here");
        view.write("colour", ByteBuffer.wrap("blue".getBytes(StandardCharsets.UTF_8)));

        assertThat(compare().differences()).anySatisfy(line -> assertThat(line).contains("user attributes"));
    }

    @Test
    void a_filled_hole_is_found() throws IOException {
        long size = 8L << 20;
        try (RandomAccessFile file = new RandomAccessFile(one.resolve("sparse").toFile(), "rw")) {
            file.setLength(size);
        }
        Files.write(other.resolve("sparse"), new byte[(int) size]);
        keepTimes(one.resolve("sparse"));
        keepTimes(other.resolve("sparse"));
        keepTimes(one);
        keepTimes(other);
        TreeComparison.Result result = compare();
        assumeTrue(result.notCompared().stream().noneMatch(line -> line.startsWith("holes")), "no find here");

        assertThat(result.differences()).singleElement().asString().startsWith("sparse: took 0 blocks");
    }
}

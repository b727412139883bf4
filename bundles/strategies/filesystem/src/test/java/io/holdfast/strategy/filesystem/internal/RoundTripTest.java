package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.source.EntryKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.testkit.tree.TreeComparison;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was backed up and restored is what was there. */
class RoundTripTest {

    @TempDir
    Path directory;

    private Path source;
    private Path target;
    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        source = Appliance.directory(directory, "source");
        target = directory.resolve("target");
        appliance = new Appliance(Appliance.directory(directory, "scratch"));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private Appliance.Backup copy() throws Exception {
        Appliance.Backup backup = appliance.backup(source);
        appliance.restore(backup, List.of(), "target", target);
        return backup;
    }

    private void assertSame() throws Exception {
        TreeComparison.Result result = TreeComparison.compare(source, target);
        assertThat(result.differences()).isEmpty();
        assertThat(appliance.problems).isEmpty();
        assertThat(appliance.context.log().warnings()).isEmpty();
        assertThat(appliance.context.journal().open()).isEmpty();
    }

    @Test
    void files_directories_and_links_come_back_with_their_attributes() throws Exception {
        Path sub = Appliance.directory(source, "sub/deeper");
        Files.writeString(sub.resolve("file"), "content");
        Files.write(sub.resolve("large"), io.holdfast.testkit.fake.TestContents.bytes(1, 5_000_001));
        Files.createFile(sub.resolve("empty"));
        Files.createSymbolicLink(sub.resolve("link"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(sub.resolve("dangling"), Path.of("../../../nowhere"));
        Files.setPosixFilePermissions(
                sub.resolve("file"), java.nio.file.attribute.PosixFilePermissions.fromString("r--r-----"));
        Natives.modified(sub.resolve("file"), -86_400, 123_456_789);
        Natives.modified(sub.resolve("link"), 1_234_567_890, 987_654_321);
        Natives.modified(sub, 1_000_000_000, 1);
        Natives.modified(source, 1_000_000_001, 2);

        Appliance.Backup backup = copy();

        assertSame();
        assertThat(backup.paths())
                .containsExactly(
                        "",
                        "sub",
                        "sub/deeper",
                        "sub/deeper/dangling",
                        "sub/deeper/empty",
                        "sub/deeper/file",
                        "sub/deeper/large",
                        "sub/deeper/link");
    }

    @Test
    void special_bits_of_modes_come_back() throws Exception {
        Path file = Files.createFile(source.resolve("program"));
        Path sticky = Appliance.directory(source, "sticky");
        Natives.withFile(file, fd -> {
            Natives.CHANGES.mode(fd, false, 06755);
            return null;
        });
        Natives.withFile(sticky, fd -> {
            Natives.CHANGES.mode(fd, false, 01777);
            return null;
        });

        copy();

        assertSame();
        assertThat(Natives.stat(target.resolve("program")).mode()).isEqualTo(06755);
        assertThat(Natives.stat(target.resolve("sticky")).mode()).isEqualTo(01777);
    }

    @Test
    void pipes_and_sockets_come_back_and_do_not_block() throws Exception {
        Natives.in(source, fd -> {
            Natives.CHANGES.makeNode(fd, Natives.utf8("pipe"), FileStat.FIFO, 0);
            Natives.CHANGES.makeNode(fd, Natives.utf8("socket"), FileStat.SOCKET, 0);
            return null;
        });

        Appliance.Backup backup = copy();

        assertSame();
        assertThat(backup.entry("pipe").entry().kind()).isEqualTo(EntryKind.FIFO);
        assertThat(backup.entry("socket").entry().kind()).isEqualTo(EntryKind.SOCKET);
    }

    @Test
    void devices_come_back() throws Exception {
        assumeTrue(Natives.isRoot(), "needs root: only root makes device files");
        Natives.in(source, fd -> {
            Natives.CHANGES.makeNode(fd, Natives.utf8("null"), FileStat.CHARACTER, 1L << 32 | 3);
            Natives.CHANGES.makeNode(fd, Natives.utf8("disk"), FileStat.BLOCK, 259L << 32 | 70_000);
            return null;
        });

        Appliance.Backup backup = copy();

        assertSame();
        assertThat(backup.entry("disk").entry().attributes().device()).isEqualTo(259L << 32 | 70_000);
    }

    @Test
    void owners_come_back() throws Exception {
        assumeTrue(Natives.isRoot(), "needs root: only root gives files away");
        Path file = Files.createFile(source.resolve("file"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("file"));
        for (String name : List.of("file", "link")) {
            Natives.in(source, fd -> {
                int open = Natives.KERNEL.open(fd, Natives.utf8(name), LibC.O_PATH, 0);
                Natives.CHANGES.owner(open, 12_345, 54_321);
                Natives.KERNEL.close(open);
                return null;
            });
        }

        copy();

        assertSame();
        assertThat(Natives.stat(target.resolve(file.getFileName())).user()).isEqualTo(12_345);
    }

    @Test
    void hard_links_are_one_file_again() throws Exception {
        Appliance.directory(source, "a");
        Appliance.directory(source, "b");
        Files.writeString(source.resolve("a/one"), "shared");
        Files.createLink(source.resolve("a/two"), source.resolve("a/one"));
        Files.createLink(source.resolve("b/three"), source.resolve("a/one"));

        Appliance.Backup backup = copy();

        assertSame();
        TreeEntry link = backup.entry("b/three").entry();
        assertThat(link.kind()).isEqualTo(EntryKind.HARDLINK);
        assertThat(link.attributes().linkTarget()).isEqualTo(Natives.utf8("a/one"));
        assertThat(Natives.stat(target.resolve("b/three")).links()).isEqualTo(3);
    }

    @Test
    void holes_stay_holes() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            file.setLength(64L << 20);
            file.seek(20L << 20);
            file.write(new byte[] {1, 2, 3});
        }
        try (RandomAccessFile file =
                new RandomAccessFile(source.resolve("hole-only").toFile(), "rw")) {
            file.setLength(256L << 20);
        }
        assumeTrue(
                Natives.stat(source.resolve("hole-only")).blocks() == 0, "needs a file system with holes in " + source);

        Appliance.Backup backup = copy();

        assertSame();
        assertThat(backup.entry("sparse").parts().size()).isLessThan(10);
        assertThat(Natives.stat(target.resolve("sparse")).blocks() * 512).isLessThan(1L << 20);
        assertThat(Natives.stat(target.resolve("hole-only")).blocks()).isZero();
    }

    @Test
    void zeroes_that_take_room_still_do() throws Exception {
        Path zeroes = Files.write(source.resolve("zeroes"), new byte[4 << 20]);
        Natives.in(source, fd -> {
            Natives.CHANGES.sync(fd);
            return null;
        });
        assumeTrue(Natives.stat(zeroes).blocks() * 512 >= 4 << 20, "needs a file system that does not compress");

        copy();

        assertSame();
        assertThat(Natives.stat(target.resolve("zeroes")).blocks() * 512).isGreaterThanOrEqualTo(4 << 20);
    }

    @Test
    void names_may_be_any_bytes() throws Exception {
        List<byte[]> names = new ArrayList<>(List.of(
                Natives.utf8("new\nline"),
                Natives.utf8("\"quoted\" 'twice' \\ $(date) `x` *"),
                Natives.utf8(" leading and trailing "),
                Natives.utf8("-rf"),
                Natives.utf8("\u00fcml\u00e4ut \ud83d\udcbe"),
                new byte[] {(byte) 0xff, (byte) 0xfe, 'x', (byte) 0x80},
                new byte[] {1, 2, 3, 27, 127}));
        byte[] longest = new byte[255];
        Arrays.fill(longest, (byte) 'n');
        names.add(longest);
        Natives.in(source, fd -> {
            for (byte[] name : names) {
                int flags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL;
                Natives.KERNEL.close(Natives.KERNEL.open(fd, name, flags, 0644));
            }
            Natives.CHANGES.makeLink(new byte[] {(byte) 0xc3, '\n', (byte) 0xff}, fd, new byte[] {(byte) 0xe4});
            return null;
        });

        Appliance.Backup backup = copy();

        assertSame();
        List<EntryPath> paths =
                backup.entries().stream().map(kept -> kept.entry().path()).toList();
        assertThat(paths).hasSize(names.size() + 2).isSorted();
        names.forEach(name -> assertThat(paths).contains(EntryPath.of(name)));
    }

    @Test
    void extended_attributes_and_access_lists_come_back() throws Exception {
        Path file = Files.createFile(source.resolve("file"));
        Path sub = Appliance.directory(source, "sub");
        byte[] accessList = accessList(0x01, 6, -1, 0x02, 4, 12_345, 0x04, 4, -1, 0x10, 6, -1, 0x20, 0, -1);
        Natives.attribute(file, "user.colour", Natives.utf8("blue\0and more"));
        Natives.attribute(file, "user.empty", new byte[0]);
        Natives.attribute(file, "system.posix_acl_access", accessList);
        Natives.attribute(sub, "system.posix_acl_default", accessList);
        if (Natives.isRoot()) {
            Natives.attribute(file, "trusted.secret", new byte[] {1, 2, 3});
            // cap_net_bind_service=ep
            Natives.attribute(
                    file, "security.capability", new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                    });
        }
        Files.createFile(sub.resolve("inherits"));
        Natives.withFile(sub.resolve("inherits"), fd -> {
            Natives.CHANGES.removeAccessList(fd, false);
            return null;
        });

        copy();

        assertSame();
        for (String path : List.of("file", "sub", "sub/inherits")) {
            assertThat(attributes(target.resolve(path)))
                    .isEqualTo(attributes(source.resolve(path)))
                    .hasSize(path.equals("file") ? Natives.isRoot() ? 5 : 3 : path.equals("sub") ? 1 : 0);
        }
    }

    private static byte[] accessList(int... tagsPermissionsIds) {
        java.nio.ByteBuffer list = java.nio.ByteBuffer.allocate(4 + tagsPermissionsIds.length / 3 * 8)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(2);
        for (int i = 0; i < tagsPermissionsIds.length; i += 3) {
            list.putShort((short) tagsPermissionsIds[i])
                    .putShort((short) tagsPermissionsIds[i + 1])
                    .putInt(tagsPermissionsIds[i + 2]);
        }
        return list.array();
    }

    static List<String> attributes(Path file) {
        List<String> found = new ArrayList<>();
        Natives.withFile(file, fd -> {
            for (ExtendedAttribute each : Natives.KERNEL.attributes(fd)) {
                found.add(new String(each.name(), java.nio.charset.StandardCharsets.UTF_8) + "="
                        + Arrays.toString(each.value()));
            }
            return null;
        });
        found.sort(null);
        return found;
    }

    @Test
    void inode_flags_come_back() throws Exception {
        assumeTrue(Natives.isRoot(), "needs root: only root makes files immutable");
        Path file = Files.writeString(source.resolve("fixed"), "for good");
        Path plain = Files.writeString(source.resolve("plain"), "x");
        int immutable = 0x10;
        Natives.withFile(file, fd -> {
            Natives.CHANGES.addFlags(fd, immutable);
            return null;
        });
        try {
            copy();
            assertThat(Natives.stat(target.resolve("fixed")).attributes() & FileStat.IMMUTABLE)
                    .isNotZero();
            assertThat(Natives.stat(target.resolve(plain.getFileName())).attributes() & FileStat.IMMUTABLE)
                    .isZero();
            assertSame();
        } finally {
            for (Path each : List.of(file, target.resolve("fixed"))) {
                new ProcessBuilder("chattr", "-i", each.toString()).start().waitFor();
            }
        }
    }

    @Test
    void paths_may_be_longer_than_the_kernel_takes_at_once() throws Exception {
        byte[] name = new byte[200];
        Arrays.fill(name, (byte) 'd');
        int depth = 60; // 12,060 bytes, three times PATH_MAX
        makeDeep(name, depth);
        try {
            Appliance.Backup backup = appliance.backup(source);
            appliance.restore(backup, List.of(), "target", target);

            assertThat(appliance.problems).isEmpty();
            assertThat(backup.entries()).hasSize(depth + 2);
            Appliance.Backup again = appliance.backup(target);
            assertThat(again.entries().stream().map(kept -> kept.entry().path()).toList())
                    .isEqualTo(backup.entries().stream()
                            .map(kept -> kept.entry().path())
                            .toList());
            Appliance.Kept last = again.entries().get(depth + 1);
            assertThat(last.entry().path().toBytes().length).isGreaterThan(12_000);
            assertThat(last.parts().get(0L)).isEqualTo(Natives.utf8("at the bottom"));
        } finally {
            removeDeep(source);
            removeDeep(target);
        }
    }

    @Test
    void trees_may_be_deeper_than_there_are_descriptors_held_open() throws Exception {
        int depth = 3 * FileTreeWalk.MAX_OPEN;
        makeDeep(Natives.utf8("d"), depth);
        Files.writeString(source.resolve("z"), "after the way back up");

        Appliance.Backup backup = appliance.backup(source);

        assertThat(appliance.problems).isEmpty();
        assertThat(backup.entries()).hasSize(depth + 3);
    }

    private void makeDeep(byte[] name, int depth) {
        Natives.in(source, fd -> {
            int at = fd;
            for (int i = 0; i < depth; i++) {
                Natives.CHANGES.makeDirectory(at, name, 0755);
                int next = Natives.KERNEL.open(at, name, LibC.O_PATH | LibC.O_DIRECTORY, 0);
                if (at != fd) {
                    Natives.KERNEL.close(at);
                }
                at = next;
            }
            int file = Natives.KERNEL.open(at, Natives.utf8("file"), LibC.O_WRONLY | LibC.O_CREAT, 0644);
            Natives.CHANGES.write(file, 0, java.nio.ByteBuffer.wrap(Natives.utf8("at the bottom")));
            Natives.KERNEL.close(file);
            Natives.KERNEL.close(at);
            return null;
        });
    }

    /** JUnit cannot delete such paths. */
    private static void removeDeep(Path tree) throws Exception {
        new ProcessBuilder("rm", "-rf", "--", tree.toString()).start().waitFor();
    }
}

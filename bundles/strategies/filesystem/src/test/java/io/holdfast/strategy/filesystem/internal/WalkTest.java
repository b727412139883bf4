package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.source.TreeSource;
import io.holdfast.spi.source.TreeWalk;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that change, that may not be read, or only in part. */
class WalkTest {

    @TempDir
    Path directory;

    private Path source;
    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        source = Appliance.directory(directory, "source");
        appliance = new Appliance(Appliance.directory(directory, "scratch"));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    /** What happens when the walk has just returned that path. */
    private interface Meanwhile {
        void at(String path) throws Exception;
    }

    private List<String> walk(Meanwhile meanwhile, Object... settings) throws Exception {
        ExportRequest request =
                new ExportRequest(appliance.describe(source), Appliance.instanceSettings(settings), Optional.empty());
        List<String> paths = new ArrayList<>();
        try (ExportSession session = appliance.strategy.openExport(request, appliance.context);
                TreeWalk walk = ((TreeSource) session.sources().get(0))
                        .walk((path, kind, message) ->
                                appliance.problems.add(new Appliance.Problem(path, kind, message)))) {
            for (TreeEntry entry = walk.next(); entry != null; entry = walk.next()) {
                paths.add(entry.path().toString());
                meanwhile.at(entry.path().toString());
            }
        }
        return paths;
    }

    private void make(String... paths) throws Exception {
        for (String path : paths) {
            Files.createDirectories(source.resolve(path).getParent());
            Files.writeString(source.resolve(path), path);
        }
    }

    private void assertProblem(String path, ErrorKind kind) {
        assertThat(appliance.problems).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo(EntryPath.of(path));
            assertThat(problem.kind()).isEqualTo(kind);
        });
    }

    @Test
    void order_is_that_of_paths() throws Exception {
        make("a/b", "a.txt", "a-", "a0", "a/!", "A", "a/b2/c");

        assertThat(walk(path -> {})).containsExactly("", "A", "a", "a/!", "a/b", "a/b2", "a/b2/c", "a-", "a.txt", "a0");
    }

    @Test
    void a_file_that_vanishes_is_reported() throws Exception {
        make("a", "b", "c");

        List<String> paths = walk(path -> {
            if (path.equals("a")) {
                Files.delete(source.resolve("b"));
            }
        });

        assertThat(paths).containsExactly("", "a", "c");
        assertProblem("b", ErrorKind.NOT_FOUND);
    }

    @Test
    void a_directory_that_vanishes_while_it_is_read_is_reported() throws Exception {
        make("d/1", "d/2", "e");

        List<String> paths = walk(path -> {
            if (path.equals("d")) {
                Files.delete(source.resolve("d/1"));
                Files.delete(source.resolve("d/2"));
                Files.delete(source.resolve("d"));
            }
        });

        assertThat(paths).containsExactly("", "d", "e");
        assertProblem("d/1", ErrorKind.NOT_FOUND);
    }

    @Test
    void a_directory_swapped_for_a_link_leads_nowhere_else() throws Exception {
        make("d/1", "e/2");
        Path outside = Appliance.directory(directory, "outside");
        Files.writeString(outside.resolve("secret"), "x");

        List<String> paths = walk(path -> {
            if (path.equals("d")) {
                Files.move(source.resolve("d"), directory.resolve("moved"));
                Files.createSymbolicLink(source.resolve("d"), outside);
                Files.move(source.resolve("e"), directory.resolve("moved-too"));
                Files.createSymbolicLink(source.resolve("e"), outside);
            }
        });

        assertThat(paths).containsExactly("", "d", "d/1", "e").noneMatch(path -> path.contains("secret"));
    }

    @Test
    void a_deep_directory_moved_away_while_it_was_closed_is_reported() throws Exception {
        String deep = "d/".repeat(FileTreeWalk.MAX_OPEN + 20);
        make(deep + "file", "d/z-after");
        Path elsewhere = directory.resolve("elsewhere");

        List<String> paths = walk(path -> {
            if (path.endsWith("/file")) {
                Files.move(source.resolve("d/d/d"), elsewhere);
            }
        });

        assertThat(paths).hasSize(FileTreeWalk.MAX_OPEN + 20 + 3).last().isEqualTo("d/z-after");
        new ProcessBuilder("rm", "-rf", elsewhere.toString()).start().waitFor();
    }

    @Test
    void the_instance_s_own_directory_vanishing_fails_the_walk() throws Exception {
        make("a");

        assertThatThrownBy(() -> walk(path -> {
                    if (path.equals("a")) {
                        Files.delete(source.resolve("a"));
                        Files.delete(source);
                    }
                }))
                .hasMessageContaining("deleted while it was read")
                .extracting("kind")
                .isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void cancelling_ends_the_walk() throws Exception {
        for (int i = 0; i < 600; i++) {
            make("f" + i);
        }

        assertThatThrownBy(() -> walk(path -> appliance.context.cancellation().cancel()))
                .extracting("kind")
                .isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void what_a_user_may_not_read_is_reported_and_the_rest_is_read() throws Exception {
        make("closed/inside", "open/file", "secret", "shared");
        try {
            chmod("closed", 0);
            chmod("secret", 0);
            chmod("", 0755);
            for (Path up = source; up.startsWith(directory); up = up.getParent()) {
                chmod(up, 0755);
            }
            Appliance.Backup backup = Unprivileged.call(() -> appliance.backup(source));

            assertThat(backup.paths()).containsExactly("", "closed", "open", "open/file", "shared");
            assertProblem("closed", ErrorKind.PERMISSION);
            assertProblem("secret", ErrorKind.PERMISSION);
            assertThat(appliance.problems).hasSize(2).allSatisfy(problem -> assertThat(problem.message())
                    .contains("denied"));
        } finally {
            chmod("closed", 0700);
        }
    }

    @Test
    void a_user_restores_what_users_may() throws Exception {
        assumeTrue(Natives.isRoot(), "needs root to make a backup with owners and devices, and to become nobody");
        make("file", "program");
        Natives.in(source, fd -> {
            Natives.CHANGES.makeNode(fd, Natives.utf8("device"), FileStat.CHARACTER, 1L << 32 | 3);
            return null;
        });
        chmod("program", 06755);
        Appliance.Backup backup = appliance.backup(source);
        Path target = Appliance.directory(directory, "target");
        for (Path each : List.of(target, directory, directory.resolve("scratch"))) {
            chmod(each, 0777);
        }

        Unprivileged.call(() -> {
            // one thread: those of a pool would be root
            appliance.restoreWith(backup, target, Runnable::run);
            return null;
        });

        assertThat(Files.readString(target.resolve("file"))).isEqualTo("file");
        assertThat(Natives.stat(target.resolve("program")).mode()).isEqualTo(0755);
        assertProblem("device", ErrorKind.PERMISSION);
        assertThat(appliance.context.log().warnings())
                .anyMatch(line -> line.startsWith("owner and group could not be set"))
                .anyMatch(line -> line.startsWith("set-id bits were left out"))
                .hasSizeLessThan(6);
    }

    private void chmod(String path, int mode) {
        chmod(source.resolve(path), mode);
    }

    private static void chmod(Path path, int mode) {
        try {
            int fd = Natives.KERNEL.open(LibC.AT_FDCWD, Natives.bytes(path), LibC.O_PATH, 0);
            Natives.CHANGES.mode(fd, true, mode);
            Natives.KERNEL.close(fd);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void caches_are_left_out_if_wanted() throws Exception {
        make("cache/big", "cache/sub/big", "false-cache/file");
        Files.writeString(source.resolve("cache/CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n# x");
        Files.writeString(source.resolve("false-cache/CACHEDIR.TAG"), "something else");

        assertThat(walk(path -> {}, "excludeCaches", "true"))
                .containsExactly("", "cache", "false-cache", "false-cache/CACHEDIR.TAG", "false-cache/file");
        assertThat(walk(path -> {})).hasSize(9);
    }

    @Test
    void large_files_are_left_out_if_wanted_and_counted() throws Exception {
        make("small");
        Files.write(source.resolve("large"), new byte[2049]);

        assertThat(walk(path -> {}, "maxFileSize", "2 KiB")).containsExactly("", "small");
        assertThat(appliance.context.log().infos()).anyMatch(line -> line.contains("1 files that are larger"));
    }

    @Test
    void includes_bring_the_directories_above_and_nothing_else() throws Exception {
        make("etc/conf/a.conf", "etc/conf/b.txt", "etc/empty/x", "home/user/doc/report.odt", "home/user/tmp/x");

        assertThat(walk(path -> {}, "includes", List.of("*.conf", "/home/*/doc")))
                .containsExactly(
                        "",
                        "etc",
                        "etc/conf",
                        "etc/conf/a.conf",
                        "home",
                        "home/user",
                        "home/user/doc",
                        "home/user/doc/report.odt");
    }

    @Test
    void excludes_are_stronger_and_can_be_taken_back() throws Exception {
        make("a/x.tmp", "a/keep.tmp", "b/x", "logs/1", "c/logs");

        assertThat(walk(path -> {}, "excludes", List.of("*.tmp", "!keep.tmp", "/b", "logs/")))
                .containsExactly("", "a", "a/keep.tmp", "c", "c/logs");
    }

    @Test
    void other_file_systems_are_taken_along_or_not() throws Exception {
        Path mount = Appliance.directory(source, "mount");
        make("z");
        int mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount.toString())
                .start()
                .waitFor();
        assumeTrue(mounted == 0, "needs root and permission to mount");
        try {
            make("mount/inside");
            for (String choice : List.of("one", "local")) {
                assertThat(walk(path -> {}, "fileSystems", choice)).containsExactly("", "mount", "z");
            }
            assertThat(appliance.context.log().infos())
                    .anyMatch(line -> line.contains("other file systems") && line.contains("mount"));
            assertThat(walk(path -> {}, "fileSystems", "all")).containsExactly("", "mount", "mount/inside", "z");
            appliance.backup(mount, "requireMount", "true");
        } finally {
            new ProcessBuilder("umount", mount.toString()).start().waitFor();
        }
        assertThatThrownBy(() -> appliance.backup(mount, "requireMount", "true"))
                .hasMessageContaining("nothing is mounted")
                .extracting("kind")
                .isEqualTo(ErrorKind.CONFLICT);
    }
}

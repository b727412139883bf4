package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.TreeTarget;
import io.holdfast.testkit.tree.TreeComparison;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore does with what exists, and what it leaves when it ends early. */
class OverwriteTest {

    @TempDir
    Path directory;

    private Path source;
    private Path target;
    private Appliance appliance;
    private Appliance.Backup backup;

    @BeforeEach
    void backUp() throws Exception {
        source = Appliance.directory(directory, "source");
        target = directory.resolve("target");
        Appliance.directory(source, "sub");
        Files.writeString(source.resolve("file"), "backup");
        Files.writeString(source.resolve("sub/inner"), "backup");
        Natives.modified(source.resolve("file"), 1_000, 500);
        Files.createSymbolicLink(source.resolve("link"), Path.of("file"));
        appliance = new Appliance(Appliance.directory(directory, "scratch"));
        backup = appliance.backup(source);
    }

    @AfterEach
    void noTemporaryFiles() throws Exception {
        appliance.close();
        if (Files.exists(target)) {
            try (var files = Files.walk(target)) {
                assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".holdfast-restore-"));
            }
        }
    }

    private String restore(String rule) throws Exception {
        return appliance.restore(backup, List.of(), "target", target, "overwrite", rule);
    }

    private void existing(long modified, int nanos) throws Exception {
        Files.createDirectories(target);
        Files.writeString(target.resolve("file"), "theirs");
        Natives.modified(target.resolve("file"), modified, nanos);
    }

    /** Without the target directory itself, which keeps its own attributes once it is not empty. */
    private List<String> differences() throws Exception {
        return TreeComparison.compare(source, target).differences().stream()
                .filter(line -> !line.startsWith(".: "))
                .toList();
    }

    private String content() throws Exception {
        return Files.readString(target.resolve("file"));
    }

    @Test
    void never_leaves_what_exists_and_adds_what_is_missing() throws Exception {
        existing(1, 0);

        assertThat(restore("never")).contains("left as they are");

        assertThat(content()).isEqualTo("theirs");
        assertThat(Files.readString(target.resolve("sub/inner"))).isEqualTo("backup");
    }

    @Test
    void if_newer_replaces_older_files_only() throws Exception {
        existing(1_000, 499);
        restore("if-newer");
        assertThat(content()).isEqualTo("backup");

        existing(1_000, 501);
        restore("if-newer");
        assertThat(content()).isEqualTo("theirs");
    }

    @Test
    void if_changed_leaves_a_file_with_the_same_attributes() throws Exception {
        restore("always");
        long inode = Natives.stat(target.resolve("file")).inode();

        restore("if-changed");
        assertThat(Natives.stat(target.resolve("file")).inode()).isEqualTo(inode);

        Natives.modified(target.resolve("file"), 999, 500);
        restore("if-changed");
        assertThat(Natives.stat(target.resolve("file")).inode()).isNotEqualTo(inode);
        assertThat(differences()).isEmpty();
    }

    @Test
    void if_changed_notices_that_a_link_points_elsewhere() throws Exception {
        restore("always");
        FileStat link = Natives.stat(target.resolve("link"));
        Files.delete(target.resolve("link"));
        Files.createSymbolicLink(target.resolve("link"), Path.of("else"));
        Natives.modified(target.resolve("link"), link.modifiedSeconds(), link.modifiedNanos());

        restore("if-changed");

        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("file"));
    }

    @Test
    void always_replaces_a_file_without_touching_its_other_names() throws Exception {
        existing(2_000, 0);
        Files.createLink(target.resolve("other-name"), target.resolve("file"));

        restore("always");

        assertThat(content()).isEqualTo("backup");
        assertThat(Files.readString(target.resolve("other-name"))).isEqualTo("theirs");
    }

    @Test
    void hard_links_come_back_over_themselves() throws Exception {
        Files.createLink(source.resolve("zz"), source.resolve("file"));
        backup = appliance.backup(source);
        for (String rule : List.of("always", "always", "if-changed", "if-newer", "never")) {
            restore(rule);
            assertThat(differences()).as(rule).isEmpty();
        }
        assertThat(appliance.problems).isEmpty();
    }

    @Test
    void a_file_in_place_of_a_directory_gives_way() throws Exception {
        Files.createDirectories(target);
        Files.writeString(target.resolve("sub"), "in the way");

        restore("always");

        assertThat(differences()).isEmpty();
    }

    @Test
    void an_empty_directory_in_place_of_a_file_gives_way_and_a_full_one_is_reported() throws Exception {
        Files.createDirectories(target.resolve("file"));
        restore("always");
        assertThat(content()).isEqualTo("backup");

        Files.delete(target.resolve("link"));
        Files.createDirectories(target.resolve("link/with/content"));
        restore("always");
        assertThat(target.resolve("link/with/content")).exists();
        assertThat(appliance.problems).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(EntryPath.of("link"));
            assertThat(problem.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(problem.message()).contains("not empty");
        });
    }

    @Test
    void what_else_is_in_the_target_stays() throws Exception {
        Files.createDirectories(target.resolve("sub"));
        Files.writeString(target.resolve("sub/theirs"), "x");

        restore("always");

        assertThat(target.resolve("sub/theirs")).exists();
        assertThat(Files.readString(target.resolve("sub/inner"))).isEqualTo("backup");
    }

    @Test
    void a_target_with_other_things_keeps_its_own_attributes() throws Exception {
        existing(1, 0);
        Natives.modified(target, 77, 0);
        int mode = Natives.stat(target).mode();
        Natives.withFile(source, fd -> {
            Natives.CHANGES.mode(fd, false, 0700);
            return null;
        });
        backup = appliance.backup(source);

        restore("always");

        assertThat(Natives.stat(target).mode()).isEqualTo(mode);
    }

    @Test
    void the_original_place_gets_everything_back() throws Exception {
        Path before = directory.resolve("before");
        new ProcessBuilder("cp", "-a", source.toString(), before.toString())
                .start()
                .waitFor();
        Files.writeString(source.resolve("file"), "encrypted by somebody");
        Files.delete(source.resolve("sub/inner"));
        Files.delete(source.resolve("sub"));

        appliance.restore(backup, List.of());

        assertThat(TreeComparison.compare(before, source).differences()).isEmpty();
    }

    @Test
    void chosen_entries_come_back_with_the_directories_above_them() throws Exception {
        Appliance.directory(source, "sub/deep/er");
        Files.writeString(source.resolve("sub/deep/er/chosen"), "x");
        Files.writeString(source.resolve("sub/deep/other"), "x");
        backup = appliance.backup(source);

        appliance.restore(backup, List.of(EntryPath.of("sub/deep/er"), EntryPath.of("link")), "target", target);

        try (var files = Files.walk(target)) {
            assertThat(files.map(path -> target.relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "link", "sub", "sub/deep", "sub/deep/er", "sub/deep/er/chosen");
        }
        assertThat(Natives.stat(target.resolve("sub")).mode())
                .isEqualTo(Natives.stat(source.resolve("sub")).mode());
    }

    @Test
    void an_aborted_restore_keeps_whole_files_and_no_others() throws Exception {
        ImportRequest request =
                new ImportRequest(backup.instance(), Map.of(), Appliance.restoreSettings("target", target), List.of());
        try (ImportSession session = appliance.strategy.openImport(request, appliance.context)) {
            TreeTarget tree = session.openTree("root");
            appliance.restoreInto(tree, List.of(backup.entry(""), backup.entry("file")));
            DiskTarget open = tree.openFile(backup.entry("sub/inner").entry()).orElseThrow();
            open.write(0, ByteBuffer.wrap(new byte[3]));
            try (var files = Files.list(target.resolve("sub"))) {
                assertThat(files).singleElement().asString().contains(".holdfast-restore-");
            }
        }
        assertThat(content()).isEqualTo("backup");
        assertThat(target.resolve("sub/inner")).doesNotExist();
        assertThat(appliance.context.journal().open()).isEmpty();
        assertThat(appliance.context.journal().recorded()).hasSize(1);
    }

    @Test
    void a_restore_that_dies_is_cleaned_up_after_from_the_journal() throws Exception {
        ImportRequest request =
                new ImportRequest(backup.instance(), Map.of(), Appliance.restoreSettings("target", target), List.of());
        ImportSession dies = appliance.strategy.openImport(request, appliance.context);
        TreeTarget tree = dies.openTree("root");
        tree.add(backup.entry("sub").entry());
        assertThat(tree.openFile(backup.entry("sub/inner").entry())).isPresent();
        Files.writeString(target.resolve(".holdfast-restore-of-somebody-else"), "stays");

        var entry = appliance.context.journal().open().get(0);
        appliance.strategy.undo(entry, appliance.context);
        appliance.strategy.undo(entry, appliance.context);

        try (var files = Files.walk(target)) {
            assertThat(files.map(path -> target.relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "sub", ".holdfast-restore-of-somebody-else");
        }
        assertThat(appliance.context.journal().open()).isEmpty();
        Files.delete(target.resolve(".holdfast-restore-of-somebody-else"));
        dies.close();
    }

    @Test
    void nothing_is_removed_on_the_word_of_a_strange_journal() {
        var entry = appliance
                .context
                .journal()
                .neverHappened("restore-files", Map.of("target", source.toString(), "prefix", "f"));

        assertThatThrownBy(() -> appliance.strategy.undo(entry, appliance.context))
                .extracting("kind")
                .isEqualTo(ErrorKind.INTERNAL);
        assertThat(source.resolve("file")).exists();
    }

    @Test
    void a_cancelled_restore_ends() throws Exception {
        appliance.context.cancellation().cancel();

        assertThatThrownBy(() -> restore("always")).extracting("kind").isEqualTo(ErrorKind.CANCELLED);
        assertThat(target).doesNotExist();
        assertThat(Files.exists(source.resolve("file"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.TreeEntry;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeBackupTest {

    @TempDir
    Path directory;

    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void aTreeComesBackAsItWas() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);

        assertThat(backup.stats().files()).isEqualTo(tree.nodes.size());
        assertThat(scene.vault.backups(CONTEXT)).containsExactly(backup);
        Scene.assertSame(scene.restore(backup.id()), tree);
    }

    @Test
    void zeroesAreNeitherStoredNorWritten() throws PluginException {
        FakeTree tree = new FakeTree().file("zeroes", new byte[500_000]);
        BackupSummary backup = scene.backup(tree);

        assertThat(backup.stats().newBytes()).isZero();
        FakeTarget target = scene.restore(backup.id());
        assertThat(target.written.get()).isZero();
        Scene.assertSame(target, tree);
    }

    @Test
    void holesOfFilesAreNotRead() throws PluginException {
        byte[] content = new byte[300_000];
        System.arraycopy(Scene.noise(5, 1000), 0, content, 200_000, 1000);
        FakeTree tree = new FakeTree().file("sparse", content);
        tree.extents.put(
                EntryPath.of("sparse"),
                List.of(
                        new Extent(0, 200_000, Extent.State.ZERO),
                        new Extent(200_000, 1_000, Extent.State.DATA),
                        new Extent(201_000, 99_000, Extent.State.ZERO)));
        BackupSummary backup = scene.backup(tree);

        assertThat(backup.stats().readBytes()).isEqualTo(1_000);
        Scene.assertSame(scene.restore(backup.id()), tree);
    }

    @Test
    void whatHasNotChangedIsNotOpenedAgain() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        scene.backup(tree);
        tree.opened.set(0);
        tree.file("etc/conf-7", Scene.text(99, 400));
        BackupSummary second = scene.backup(tree);

        assertThat(tree.opened.get()).isEqualTo(1);
        assertThat(second.stats().filesRead()).isEqualTo(1);
        assertThat(second.predecessor()).isPresent();
        Scene.assertSame(scene.restore(second.id()), tree);
    }

    @Test
    void contentThatIsKnownIsNotStoredAgainEvenIfItWasReadAgain() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        tree.signatures = false;
        scene.backup(tree);
        BackupSummary second = scene.backup(scene.vault, "vm-2", tree);

        assertThat(second.stats().newChunks()).isZero();
        Scene.assertSame(scene.restore(second.id()), tree);
    }

    @Test
    void aNodeWithWriterKeysMakesIncrementalBackupsButCannotRead() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        try (Vault writer = scene.open("other-node", scene.keys.writerKeys())) {
            scene.backup(writer, "vm-1", tree);
            tree.opened.set(0);
            BackupSummary second = scene.backup(writer, "vm-1", tree);

            assertThat(tree.opened.get()).isZero();
            assertThatThrownBy(() -> writer.read(second.id(), CONTEXT))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION));
            assertThat(writer.backups(CONTEXT).get(0).instanceId()).isEmpty();
            Scene.assertSame(scene.restore(second.id()), tree);
        }
    }

    @Test
    void whatCannotBeReadMakesTheBackupPartial() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        tree.unreadable.add(EntryPath.of("etc/conf-3"));
        tree.unreadable.add(EntryPath.of("var/lib/large"));
        tree.shrinking.add(EntryPath.of("var/lib/text"));
        BackupSummary backup = scene.backup(tree);

        assertThat(backup.stats().problems()).isEqualTo(3);
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            assertThat(reader.problems())
                    .extracting(p -> p.path().toString() + " " + p.kind())
                    .containsExactlyInAnyOrder(
                            "etc/conf-3 PERMISSION", "var/lib/large PERMISSION", "var/lib/text CONFLICT");
        }
        FakeTarget target = scene.restore(backup.id());
        assertThat(target.files).doesNotContainKey(EntryPath.of("etc/conf-3"));
        assertThat(target.files.get(EntryPath.of("var/lib/text"))).hasSize(45_000);

        tree.unreadable.clear();
        tree.shrinking.clear();
        Scene.assertSame(scene.restore(scene.backup(tree).id()), tree);
    }

    @Test
    void oneDirectoryOrOneFileComesBackAlone() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        FakeTarget target =
                Scene.restore(scene.vault, backup.id(), List.of(EntryPath.of("var/lib/text"), EntryPath.of("var/log")));

        assertThat(target.entries.stream()
                        .map(TreeEntry::path)
                        .map(EntryPath::toString)
                        .toList())
                .containsExactly(
                        "",
                        "var",
                        "var/lib",
                        "var/lib/text",
                        "var/log",
                        "var/log/link",
                        "var/log/zhard",
                        "var/log/\ufffd\ufffdx");
    }

    @Test
    void directoriesAreBrowsedPageByPage() throws PluginException {
        FakeTree tree = new FakeTree();
        for (int d = 0; d < 20; d++) {
            tree.dir("d" + (100 + d));
            for (int f = 0; f < 300; f++) {
                tree.file("d" + (100 + d) + "/f" + (1000 + f), Scene.text(f, 10));
            }
        }
        BackupSummary backup = scene.backup(tree);
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            List<TreeEntry> page = reader.browse("root", EntryPath.ROOT, null, 15);
            assertThat(page).hasSize(15);
            List<TreeEntry> rest =
                    reader.browse("root", EntryPath.ROOT, page.get(14).path(), 15);
            assertThat(rest)
                    .extracting(e -> e.path().toString())
                    .containsExactly("d115", "d116", "d117", "d118", "d119");
            assertThat(reader.browse("root", EntryPath.of("d107"), EntryPath.of("d107/f1297"), 100))
                    .extracting(e -> e.path().toString())
                    .containsExactly("d107/f1298", "d107/f1299");
            assertThat(reader.entry("root", EntryPath.of("d119/f1299"))).isPresent();
            assertThat(reader.entry("root", EntryPath.of("d119/none"))).isEmpty();
        }
    }

    @Test
    void anyRangeOfAFileIsReadWithoutRestoringIt() throws PluginException {
        byte[] content = Scene.noise(9, 120_000);
        BackupSummary backup = scene.backup(new FakeTree().file("file", content));
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT);
                var file = reader.openFile("root", EntryPath.of("file"))) {
            for (int offset : new int[] {0, 1, 4095, 50_000, 119_999}) {
                ByteBuffer range = ByteBuffer.allocate(Math.min(7_000, content.length - offset));
                file.read(offset, range);
                assertThat(range.array()).isEqualTo(Arrays.copyOfRange(content, offset, offset + range.capacity()));
            }
            assertThat(file.read(120_000, ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aFileOfManyPiecesIsMapped() throws PluginException {
        FakeTree tree = new FakeTree().file("huge", Scene.noise(4, 9_000_000)).file("z", Scene.text(1, 2000));
        BackupSummary first = scene.backup(tree);
        Scene.assertSame(scene.restore(first.id()), tree);
        tree.opened.set(0);
        BackupSummary second = scene.backup(tree);
        assertThat(tree.opened.get()).isZero();
        Scene.assertSame(scene.restore(second.id()), tree);
    }

    @Test
    void documentsAndChangeTokenAreKept() throws PluginException {
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT)) {
            Scene.run(
                    session,
                    Map.of("domain.xml", Scene.text(1, 30_000), "empty", new byte[0]),
                    Optional.of(new ChangeToken("checkpoint-7")),
                    new FakeTree());
        }
        BackupSummary found = scene.vault.latest("vm-1", CONTEXT).orElseThrow();
        assertThat(found.changeToken()).contains(new ChangeToken("checkpoint-7"));
        assertThat(found.instanceId()).contains("vm-1");
        try (BackupReader reader = scene.vault.read(found.id(), CONTEXT)) {
            assertThat(reader.documents().get("domain.xml")).isEqualTo(Scene.text(1, 30_000));
            assertThat(reader.documents().get("empty")).isEmpty();
            assertThat(reader.sources()).containsExactly(new SourceInfo("root", SourceInfo.Shape.TREE, 1));
        }
    }

    @Test
    void aDocumentOfSeveralBackupsIsReadAtOnceWithoutTheBackupsThatHaveNoneOrADamagedOne() throws PluginException {
        Map<BackupId, byte[]> expected = new HashMap<>();
        for (int n = 0; n < 12; n++) {
            byte[] text = Scene.text(n, 3_000);
            try (WriteSession session = scene.vault.begin(scene.request("vm-" + n, Optional.empty()), CONTEXT)) {
                BackupSummary made = Scene.run(
                        session, Map.of("domain.xml", text, "nvram", new byte[10]), Optional.empty(), new FakeTree());
                expected.put(made.id(), text);
            }
        }
        BackupId without =
                scene.backup(scene.vault, "without", Scene.sampleTree()).id();
        BackupId damaged = scene.vault.latest("vm-7", CONTEXT).orElseThrow().id();
        scene.destination.replace("manifests/" + damaged.value().replace('.', '/'), new byte[100]);
        expected.remove(damaged);
        Set<BackupId> asked = new HashSet<>(expected.keySet());
        asked.addAll(List.of(without, damaged, new BackupId("0".repeat(32) + "." + "1".repeat(32))));

        Map<BackupId, byte[]> found = scene.vault.documents("domain.xml", asked, CONTEXT);

        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((id, text) -> assertThat(text).isEqualTo(expected.get(id)));
    }

    @Test
    void anExportThatIsCancelledLeavesNoBackup() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        var cancellation = new io.holdfast.core.vault.internal.store.Contexts.Switch();
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT)) {
            cancellation.cancel();
            assertThatThrownBy(() -> session.export(List.of(tree), Map.of(), NO_PROGRESS, cancellation))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
            assertThatThrownBy(() -> session.store(NO_PROGRESS, CONTEXT)).isInstanceOf(PluginException.class);
        }
        assertThat(scene.vault.backups(CONTEXT)).isEmpty();
    }
}

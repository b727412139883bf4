package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectTest {

    static final CollectOptions NOW = new CollectOptions(false, 0.25, Duration.ofSeconds(5));

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

    private CollectReport collect() throws PluginException {
        return scene.vault.collect(NOW, NO_PROGRESS, CONTEXT);
    }

    @Test
    void rewrittenPacksAreNoLargerThanPacksAre() throws PluginException {
        FakeDisk disk = new FakeDisk(1_000_000);
        disk.write(0, Scene.noise(1, 800_000));
        BackupSummary first = scene.backup(disk);
        int limit = largest(); // a pack is closed when it has reached its size
        for (int chunk = 0; chunk < 190; chunk += 3) {
            disk.write(chunk * 4096, Scene.noise(chunk + 2, 4096));
        }
        scene.backup(disk);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        assertThat(scene.vault.collect(NOW, NO_PROGRESS, CONTEXT).rewrittenPacks())
                .isGreaterThan(3);
        assertThat(largest()).isLessThanOrEqualTo(limit + 2000); // for further sealed keys
    }

    @Test
    void packsThatACollectionWasKilledOverDoNotStayInTheCache() throws Exception {
        FileTime dead = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        Path old = Files.createTempFile(Files.createDirectories(directory.resolve("node")), "repack-", ".pack");
        Path young = Files.createTempFile(old.getParent(), "repack-", ".pack");
        Files.setLastModifiedTime(old, dead);
        FakeDisk disk = new FakeDisk(400_000);
        disk.write(0, Scene.noise(1, 300_000));
        BackupSummary first = scene.backup(disk);
        for (int chunk = 0; chunk < 70; chunk += 3) {
            disk.write(chunk * 4096, Scene.noise(chunk + 2, 4096));
        }
        scene.backup(disk);
        scene.vault.forget(List.of(first.id()), CONTEXT);

        assertThat(collect().rewrittenPacks()).isPositive();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    private int largest() {
        return scene.destination.keys("packs/").stream()
                .mapToInt(key -> scene.destination.get(key).length)
                .max()
                .orElseThrow();
    }

    @Test
    void whatIsStillReferencedStaysAndTheRestGoes() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        FakeTree other = new FakeTree().file("other", Scene.noise(77, 400_000));
        BackupSummary second = scene.backup(scene.vault, "vm-2", other);
        long before = scene.destination.used();

        assertThat(scene.vault.forget(List.of(second.id()), CONTEXT)).isEqualTo(1);
        CollectReport report = collect();

        assertThat(report.state()).isEqualTo(CollectReport.State.DONE);
        assertThat(report.deletedBytes()).isGreaterThan(380_000);
        assertThat(scene.destination.used()).isLessThan(before - 380_000);
        assertThat(scene.vault.backups(CONTEXT)).extracting(BackupSummary::id).containsExactly(first.id());
        Scene.assertSame(scene.restore(first.id()), tree);
        assertThat(scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                .isEmpty();
    }

    @Test
    void aDryRunSaysTheSameAndWritesNothing() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        scene.vault.forget(List.of(first.id()), CONTEXT);
        var before = scene.destination.keys("");
        CollectReport dry = scene.vault.collect(new CollectOptions(true, 0.25, Duration.ZERO), NO_PROGRESS, CONTEXT);

        assertThat(dry.state()).isEqualTo(CollectReport.State.DRY_RUN);
        assertThat(scene.destination.keys("")).isEqualTo(before);
        assertThat(collect().deletedPacks()).isEqualTo(dry.deletedPacks());
    }

    @Test
    void itSaysHowManyBackupsItHasFollowed() throws PluginException {
        for (int vm = 0; vm < 3; vm++) {
            scene.backup(scene.vault, "vm-" + vm, new FakeTree().file("a", Scene.noise(vm, 9_000)));
        }
        for (boolean dry : new boolean[] {true, false}) {
            AtomicLong expected = new AtomicLong();
            AtomicLong done = new AtomicLong();
            List<String> steps = new CopyOnWriteArrayList<>();
            scene.vault.collect(
                    new CollectOptions(dry, 0.25, Duration.ZERO),
                    new Progress() {
                        @Override
                        public void expect(long bytes, long items) {
                            expected.addAndGet(items);
                        }

                        @Override
                        public void done(long bytes, long items) {
                            done.addAndGet(items);
                        }

                        @Override
                        public void step(String description) {
                            steps.add(description);
                        }
                    },
                    CONTEXT);
            assertThat(steps).startsWith("Following references");
            assertThat(expected).hasValue(3);
            assertThat(done).hasValue(3);
        }
    }

    @Test
    void packsThatArePartlyDeadAreRewrittenWithoutAnyReadingKey() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000)).file("b", Scene.noise(2, 30_000));
        BackupSummary first = scene.backup(tree);
        tree.file("b", Scene.noise(3, 30_000));
        BackupSummary second = scene.backup(tree);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        try (Vault writer = scene.open("collector", scene.keys.writerKeys())) {
            CollectReport report = writer.collect(NOW, NO_PROGRESS, CONTEXT);
            assertThat(report.rewrittenPacks()).isPositive();
        }
        assertThat(scene.destination.keys("packs/").stream()
                        .mapToLong(k -> scene.destination.get(k).length)
                        .sum())
                .isLessThan(80_000);
        Scene.assertSame(scene.restore(second.id()), tree);
        assertThat(scene.vault
                        .verify(new VerifyScope(Optional.empty(), 0, 1, true), NO_PROGRESS, CONTEXT)
                        .findings())
                .isEmpty();
        FakeTree third = new FakeTree().file("a", Scene.noise(1, 30_000));
        third.signatures = false;
        assertThat(scene.backup(scene.vault, "vm-3", third).stats().newChunks()).isZero();
    }

    @Test
    void aReaderThatIsOpenFindsWhatWasMovedMeanwhile() throws PluginException {
        byte[] kept = Scene.noise(1, 30_000);
        FakeTree tree = new FakeTree().file("a", kept).file("b", Scene.noise(2, 30_000));
        BackupSummary first = scene.backup(tree);
        tree.file("b", Scene.noise(3, 30_000));
        BackupSummary second = scene.backup(tree);
        try (BackupReader reader = scene.vault.read(second.id(), CONTEXT)) {
            scene.vault.forget(List.of(first.id()), CONTEXT);
            assertThat(collect().rewrittenPacks()).isPositive();

            ByteBuffer content = ByteBuffer.allocate(kept.length);
            reader.openFile("root", EntryPath.of("a")).read(0, content);

            assertThat(content.array()).isEqualTo(kept);
        }
    }

    @Test
    void aReaderAsksForALostPieceOnceAndNotAtEveryRead() throws PluginException {
        BackupSummary lost = scene.backup(new FakeTree().file("a", Scene.noise(1, 30_000)));
        try (BackupReader reader = scene.vault.read(lost.id(), CONTEXT)) {
            RandomReadable file = reader.openFile("root", EntryPath.of("a"));
            scene.destination.keys("packs/").forEach(scene.destination::remove);
            assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(100))).isInstanceOf(PluginException.class);
            List<String> further = new CopyOnWriteArrayList<>();
            scene.destination.hook = (operation, key) -> {
                if (key.startsWith("index/")) {
                    further.add(operation);
                }
            };
            assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(100))).isInstanceOf(PluginException.class);
            assertThat(further).isEmpty();
        }
    }

    @Test
    void aSessionThatBeganBeforeIsWaitedForAndKeepsWhatItReuses() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.of(first.id())), CONTEXT)) {
            scene.vault.forget(List.of(first.id()), CONTEXT);
            Vault patient = VaultFactory.standard(
                            scene.runtime("collector", Duration.ofMinutes(1), Duration.ofMinutes(10)))
                    .open(scene.destination, scene.keys.writerKeys(), "appliance", CONTEXT);
            CollectReport waiting =
                    patient.collect(new CollectOptions(false, 0.25, Duration.ZERO), NO_PROGRESS, CONTEXT);
            assertThat(waiting.state()).isEqualTo(CollectReport.State.WAITING);
            assertThat(waiting.waitingFor()).containsExactly(session.backup().value());

            tree.opened.set(0);
            BackupSummary second = Scene.run(session, Map.of(), Optional.empty(), tree);
            assertThat(tree.opened.get()).isZero();
            assertThat(patient.collect(NOW, NO_PROGRESS, CONTEXT).state()).isEqualTo(CollectReport.State.DONE);
            Scene.assertSame(scene.restore(second.id()), tree);
        }
    }

    @Test
    void aSessionThatBeginsAfterTheTombReliesOnNothingCondemned() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        Vault patient = VaultFactory.standard(scene.runtime("collector", Duration.ofMinutes(1), Duration.ofMinutes(10)))
                .open(scene.destination, scene.keys.writerKeys(), "appliance", CONTEXT);
        try (WriteSession blocker = scene.vault.begin(scene.request("vm-9", Optional.empty()), CONTEXT)) {
            scene.vault.forget(List.of(first.id()), CONTEXT);
            assertThat(patient.collect(new CollectOptions(false, 0.25, Duration.ZERO), NO_PROGRESS, CONTEXT)
                            .state())
                    .isEqualTo(CollectReport.State.WAITING);
            BackupSummary second = scene.backup(tree);
            assertThat(second.stats().newChunks()).isPositive();
            blocker.close();
            assertThat(patient.collect(NOW, NO_PROGRESS, CONTEXT).state()).isEqualTo(CollectReport.State.DONE);
            Scene.assertSame(scene.restore(second.id()), tree);
        }
    }

    @Test
    void aSessionThatShowsNoLifeIsFencedAndCannotCommit() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT)) {
            CollectReport report = collect();
            assertThat(report.state()).isEqualTo(CollectReport.State.DONE);
            assertThatThrownBy(() -> Scene.run(session, Map.of(), Optional.empty(), tree))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        }
        assertThat(scene.vault.backups(CONTEXT)).isEmpty();
        Scene.assertSame(scene.restore(scene.backup(tree).id()), tree);
    }

    @Test
    void nobodyReliesOnPacksThatAFencedSessionPutsLater() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        tree.signatures = false;
        try (WriteSession zombie = scene.vault.begin(scene.request("zombie", Optional.empty()), CONTEXT)) {
            collect();
            assertThatThrownBy(() -> Scene.run(zombie, Map.of(), Optional.empty(), tree))
                    .isInstanceOf(PluginException.class);
            BackupSummary backup = scene.backup(tree);
            assertThat(backup.stats().newChunks()).isPositive();
            collect();
            Scene.assertSame(scene.restore(backup.id()), tree);
        }
    }

    @Test
    void aFullDestinationIsCollected() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        BackupSummary second =
                scene.backup(scene.vault, "vm-2", new FakeTree().file("other", Scene.noise(77, 400_000)));
        scene.vault.forget(List.of(second.id()), CONTEXT);
        scene.destination.room = scene.destination.used();

        CollectReport report = collect();
        assertThat(report.deletedBytes()).isGreaterThan(380_000);
        assertThat(scene.destination.keys("reserve/")).hasSize(1);
        Scene.assertSame(scene.restore(first.id()), tree);
    }

    @Test
    void clockJumpsDecideNothing() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        scene.clock.millis = 0;
        tree.file("etc/new", Scene.text(1, 100));
        BackupSummary second = scene.backup(tree);
        scene.clock.millis = 4_000_000_000_000L;
        collect();

        assertThat(scene.vault.latest("vm-1", CONTEXT)).contains(second);
        assertThat(second.predecessor()).contains(first.id());
        assertThat(scene.vault.backups("vm-1", CONTEXT))
                .extracting(BackupSummary::id)
                .containsExactly(first.id(), second.id());
        Scene.assertSame(scene.restore(second.id()), tree);
    }

    @Test
    void theIndexIsMergedAndStaysUsable() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        for (int i = 0; i < 12; i++) {
            tree.file("etc/new-" + i, Scene.noise(100 + i, 3_000));
            scene.backup(tree);
        }
        assertThat(scene.destination.keys("index/")).hasSize(12);
        collect();
        assertThat(scene.destination.keys("index/")).hasSize(1);
        assertThat(scene.destination.keys("leases/")).isEmpty();
        tree.signatures = false;
        BackupSummary last = scene.backup(tree);
        assertThat(last.stats().newChunks()).isZero();
        Scene.assertSame(scene.restore(last.id()), tree);
    }

    @Test
    void aCollectionGoesOnWhereItDied() throws PluginException {
        for (int death = 1; death < 400; death += 3) {
            Scene each = new Scene(directory.resolve("d" + death), new MemoryDestination());
            FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000)).file("b", Scene.noise(2, 30_000));
            BackupSummary first = each.backup(tree);
            tree.file("b", Scene.noise(3, 30_000));
            BackupSummary second = each.backup(tree);
            each.vault.forget(List.of(first.id()), CONTEXT);
            each.destination.operations.set(0);
            each.destination.diesAt = death;
            each.destination.dyingPutArrives = death % 2 == 0;
            boolean finished = true;
            try {
                each.vault.collect(NOW, NO_PROGRESS, CONTEXT);
            } catch (PluginException e) {
                finished = false;
            }
            each.destination.diesAt = Integer.MAX_VALUE;
            Scene.assertSame(each.restore(second.id()), tree);
            each.vault.collect(NOW, NO_PROGRESS, CONTEXT);
            each.vault.collect(NOW, NO_PROGRESS, CONTEXT);
            assertThat(each.destination.keys("packs/").stream()
                            .mapToLong(k -> each.destination.get(k).length)
                            .sum())
                    .isLessThan(80_000);
            Scene.assertSame(each.restore(second.id()), tree);
            each.close();
            if (finished) {
                return;
            }
        }
        throw new AssertionError("the collection never came to its end");
    }
}

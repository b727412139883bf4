package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defects that the simulator or the fuzzer has found, or that were looked for because of them; each as short as it can be. */
class FoundBySimulationTest {

    @TempDir
    Path directory;

    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
    }

    @AfterEach
    void end() {
        scene.destination.hook = (operation, key) -> {};
        scene.close();
    }

    private interface Story {
        void tell() throws PluginException;
    }

    private void before(String operation, String text, Story story) {
        AtomicBoolean told = new AtomicBoolean();
        scene.destination.hook = (o, key) -> {
            if (o.equals(operation) && key.contains(text) && told.compareAndSet(false, true)) {
                story.tell();
            }
        };
    }

    private CollectReport collect(Duration wait) throws PluginException {
        return scene.vault.collect(new CollectOptions(false, 0.25, wait), NO_PROGRESS, CONTEXT);
    }

    private VerifyReport verify() throws PluginException {
        return scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
    }

    private static void dies() throws PluginException {
        throw new PluginException(ErrorKind.UNAVAILABLE, "gone");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Reason of the void manifest of a session, FORMAT.md 8. */
    private int reason(BackupId session) {
        return scene.destination.get("manifests/" + session.value().replace('.', '/'))[6];
    }

    /** A backup of which a part is also in one that is forgotten, and a collection that dies when it has deleted. */
    private BackupSummary collectionThatDiesBeforeTheIndexIsRewritten() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary old = scene.backup(tree);
        tree.file("a", Scene.noise(2, 300_000));
        BackupSummary kept = scene.backup(tree);
        scene.vault.forget(List.of(old.id()), CONTEXT);
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("put")
                    && (key.startsWith("index/") || key.endsWith("d-end"))
                    && scene.destination.keys("gc/").stream().anyMatch(k -> k.endsWith("c-done"))) {
                dies();
            }
        };
        assertThatThrownBy(() -> collect(Duration.ZERO)).hasMessage("gone");
        scene.destination.hook = (operation, key) -> {};
        return kept;
    }

    @Test
    void packsThatACollectionHasDeletedAreNotMissedBeforeTheIndexIsRewritten() throws PluginException {
        collectionThatDiesBeforeTheIndexIsRewritten();
        assertThat(verify().findings()).isEmpty();
        assertThat(scene.vault
                        .collect(new CollectOptions(true, 0.25, Duration.ZERO), NO_PROGRESS, CONTEXT)
                        .missingPacks())
                .isZero();
        assertThat(scene.destination.keys("health/")).isEmpty();
    }

    @Test
    void aReaderFindsInAPackThatNoSegmentNamesWhatASegmentNamesInAPackThatIsGone() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        scene.backup(tree);
        List<String> old = scene.destination.keys("packs/");
        List<String> oldIndex = scene.destination.keys("index/");
        for (String key : List.copyOf(scene.destination.keys("manifests/"))) {
            scene.destination.remove(key);
        }
        byte[] stale = scene.destination.get(oldIndex.get(0));
        scene.destination.remove(oldIndex.get(0));
        BackupSummary again = scene.backup(tree);
        scene.destination.keys("index/").forEach(scene.destination::remove);
        scene.destination.replace(oldIndex.get(0), stale);
        old.forEach(scene.destination::remove);
        Scene.assertSame(scene.restore(again.id()), tree);
    }

    @Test
    void aRestoreGoesOnWhenAPackIsMovedBetweenTheReadingOfAChunkAndOfItsKey() throws PluginException {
        FakeDisk disk = new FakeDisk(128 << 10);
        disk.write(0, Scene.noise(1, 128 << 10));
        BackupSummary old = scene.backup(scene.vault, "vm-1", disk);
        disk.write(0, Scene.noise(2, 90 << 10));
        BackupSummary kept = scene.backup(scene.vault, "vm-1", disk);
        try (BackupReader reader = scene.vault.read(kept.id(), CONTEXT)) {
            scene.vault.forget(List.of(old.id()), CONTEXT);
            AtomicInteger reads = new AtomicInteger();
            AtomicBoolean told = new AtomicBoolean();
            scene.destination.hook = (operation, key) -> {
                boolean restoring = Thread.currentThread().getName().contains("restore");
                if (restoring
                        && operation.equals("read")
                        && reads.incrementAndGet() == 2
                        && told.compareAndSet(false, true)) {
                    collect(Duration.ZERO);
                }
            };
            byte[] restored = new byte[128 << 10];
            reader.restoreDisk("vda", new FakeTarget().disk(restored, () -> {}), NO_PROGRESS, CONTEXT);
            assertThat(restored).isEqualTo(disk.content);
            assertThat(told).isTrue();
        }
    }

    @Test
    void aSessionBeginsWhileACollectionEnds() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        collectionThatDiesBeforeTheIndexIsRewritten();
        before("read", "-c-done", () -> collect(Duration.ZERO));
        BackupSummary backup = scene.backup(scene.vault, "vm-2", tree);
        Scene.assertSame(scene.restore(backup.id()), tree);
    }

    @Test
    void aSegmentOfAFencedSessionThatComesLateAlarmsNobody() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
        before("put", "index/s.", session::close);
        assertThatThrownBy(() -> Scene.run(session, Map.of(), Optional.empty(), tree))
                .isInstanceOf(PluginException.class);
        String segment = scene.destination.keys("index/s.").get(0);
        byte[] late = scene.destination.get(segment);
        scene.destination.remove(segment);
        assertThat(collect(Duration.ZERO).deletedPacks()).isPositive();
        scene.destination.replace(segment, late);

        assertThat(verify().findings()).isEmpty();
        BackupSummary other = scene.backup(scene.vault, "vm-2", tree);
        Scene.assertSame(scene.restore(other.id()), tree);
        assertThat(collect(Duration.ZERO).missingPacks()).isZero();
        assertThat(scene.destination.keys("index/s.")).isEmpty();
    }

    @Test
    void aSegmentPutOfUnknownOutcomeFencesAlsoIfTheQuestionForItFails() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000));
        WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
        scene.destination.hook = (operation, key) -> {
            if (key.startsWith("index/s.") && operation.equals("put")) {
                throw new PluginException(ErrorKind.TIMEOUT, "no answer");
            }
            if (key.startsWith("index/s.") && operation.equals("stat")) {
                dies();
            }
        };
        assertThatThrownBy(() -> Scene.run(session, Map.of(), Optional.empty(), tree))
                .hasMessage("gone");
        scene.destination.hook = (operation, key) -> {};
        session.close();
        assertThat(reason(session.backup())).isEqualTo(2);
    }

    @Test
    void aSessionWhoseStoreWasInterruptedWhilePutsAreUnderWayIsFenced() throws Exception {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 600_000));
        WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
        CountDownLatch putting = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("packs/")) {
                if (Thread.currentThread().getName().contains("-store-")) {
                    putting.countDown();
                    await(end);
                } else {
                    await(putting);
                }
            }
        };
        Thread[] storing = new Thread[1];
        Background<BackupSummary> store = Background.start(() -> {
            storing[0] = Thread.currentThread();
            return session.store(NO_PROGRESS, CONTEXT);
        });
        session.export(List.of(tree), Map.of(), NO_PROGRESS, CONTEXT.cancellation());
        session.seal(Optional.empty());
        await(putting);
        Awaitility.await().until(() -> storing[0] != null && storing[0].getState() == Thread.State.WAITING);
        storing[0].interrupt();
        store.ended();
        session.close();
        assertThat(reason(session.backup())).isEqualTo(2);
        end.countDown();
    }

    @Test
    void theSessionOfAProcessThatIsGoneIsFencedAndItsPacksAreUsedAgain() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 600_000));
        WriteSession killed = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("manifests/")) {
                dies();
            }
        };
        assertThatThrownBy(() -> Scene.run(killed, Map.of(), Optional.empty(), tree))
                .hasMessage("gone");
        killed.close();
        scene.destination.hook = (operation, key) -> {};
        BackupSummary next = scene.backup(tree);
        assertThat(reason(killed.backup())).isEqualTo(2);
        assertThat(next.stats().newChunks()).isZero();
        Scene.assertSame(scene.restore(next.id()), tree);
    }

    @Test
    void aLostPackWhoseSegmentIsLostTooIsFoundByWhatRefersToIt() throws PluginException {
        BackupSummary backup = scene.backup(new FakeTree().file("a", Scene.noise(1, 30_000)));
        scene.destination.keys("index/").forEach(scene.destination::remove);
        scene.destination.remove(scene.destination.keys("packs/").get(0));
        assertThat(verify().backups())
                .filteredOn(h -> !h.whole())
                .extracting(BackupHealth::backup)
                .containsExactly(backup.id());
    }

    @Test
    void aLostPackOfWhichNobodyKnowsTheNameIsReliedOnByNoLaterBackupAndForgottenWhenNothingNeedsIt()
            throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000));
        BackupSummary lost = scene.backup(tree);
        scene.destination.keys("index/").forEach(scene.destination::remove);
        scene.destination.remove(scene.destination.keys("packs/").get(0));
        verify();
        assertThat(scene.vault.health(CONTEXT)).extracting(BackupHealth::backup).containsExactly(lost.id());

        BackupSummary next = scene.backup(tree);
        Scene.assertSame(scene.restore(next.id()), tree);
        scene.vault.forget(List.of(lost.id()), CONTEXT);
        collect(Duration.ZERO);
        assertThat(verify().backups()).isEmpty();
        assertThat(scene.vault.health(CONTEXT)).isEmpty();
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.of(next.id())), CONTEXT)) {
            assertThat(session.shouldReadFully()).isFalse();
        }
    }

    @Test
    void aPackWithoutASegmentThatACollectionDeletesBeforeItsTableIsReadIsNotMissed() throws PluginException {
        BackupSummary old = scene.backup(new FakeTree().file("a", Scene.noise(1, 30_000)));
        List<String> dead = scene.destination.keys("packs/");
        FakeTree tree = new FakeTree().file("a", Scene.noise(2, 30_000));
        BackupSummary kept = scene.backup(scene.vault, "vm-2", tree);
        scene.vault.forget(List.of(old.id()), CONTEXT);
        scene.destination.keys("index/").forEach(scene.destination::remove);
        before("read", dead.get(0), () -> dead.forEach(scene.destination::remove));
        assertThat(verify().findings()).isEmpty();
        assertThat(scene.destination.keys("packs/")).doesNotContainAnyElementsOf(dead);
        Scene.assertSame(scene.restore(kept.id()), tree);
    }

    @Test
    void whatIsNotListedYetIsNotCalledDamagedWhenItIsCopiedFromThere() throws PluginException {
        try (Pair pair = new Pair(directory.resolve("pair"))) {
            FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000));
            BackupSummary backup = pair.first.backup(tree);
            pair.first.destination.lateLists = true;
            String pack = pair.first.destination.keys("packs/").get(0);
            byte[] later = pair.first.destination.get(pack);
            pair.first.destination.keys("index/").forEach(pair.first.destination::remove);
            pair.first.destination.remove(pack);
            assertThatThrownBy(() -> pair.copy(backup))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
            pair.first.destination.replace(pack, later);
            Scene.assertSame(Scene.restore(pair.replica, pair.copy(backup).copy(), List.of()), tree);
        }
    }

    @Test
    void aLeaseThatComesAfterItsBackupWasForgottenLetsNoLaterBackupRelyOnDeletedPacks() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary old = scene.backup(tree);
        String lease = scene.destination.keys("leases/").get(0);
        byte[] late = scene.destination.get(lease);
        scene.vault.forget(List.of(old.id()), CONTEXT);
        before("put", "c-done", () -> scene.destination.replace(lease, late));
        assertThat(collect(Duration.ZERO).deletedPacks()).isPositive();

        BackupSummary next = scene.backup(scene.vault, "vm-2", tree);
        Scene.assertSame(scene.restore(next.id()), tree);
        assertThat(verify().findings()).isEmpty();
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(scene.destination.keys("health/")).isEmpty();
    }

    @Test
    void aCollectionThatIsTakenUpDoesNotWaitForSessionsThatBeganLater() throws PluginException {
        BackupSummary old = scene.backup(new FakeTree().file("a", Scene.noise(1, 300_000)));
        scene.vault.forget(List.of(old.id()), CONTEXT);
        WriteSession first = scene.vault.begin(scene.request("vm-2", Optional.empty()), CONTEXT);
        assertThat(collect(Duration.ZERO).state()).isEqualTo(CollectReport.State.WAITING);
        try (WriteSession second = scene.vault.begin(scene.request("vm-3", Optional.empty()), CONTEXT)) {
            assertThat(collect(Duration.ZERO).waitingFor())
                    .containsExactly(first.backup().value());
            first.close();
            assertThat(collect(Duration.ZERO).state()).isEqualTo(CollectReport.State.DONE);
            assertThat(second.previous()).isEmpty();
        }
    }

    @Test
    void aCollectionWhoseRecordIsDamagedIsGivenUpAndTheNextOneWorks() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary old = scene.backup(tree);
        scene.vault.forget(List.of(old.id()), CONTEXT);
        try (WriteSession session = scene.vault.begin(scene.request("vm-2", Optional.empty()), CONTEXT)) {
            assertThat(collect(Duration.ZERO).state()).isEqualTo(CollectReport.State.WAITING);
            assertThat(session.previous()).isEmpty();
        }
        byte[] tomb = scene.destination.get("gc/0000000001-b-tomb");
        scene.destination.replace("gc/0000000001-b-tomb", Arrays.copyOf(tomb, tomb.length - 1));
        assertThat(collect(Duration.ZERO).deletedPacks()).isZero();
        Scene.assertSame(scene.restore(scene.backup(tree).id()), tree);
        scene.vault.forget(
                scene.vault.backups(CONTEXT).stream().map(BackupSummary::id).toList(), CONTEXT);
        assertThat(collect(Duration.ZERO).deletedPacks()).isPositive();
    }

    @Test
    void aManifestThatIsDamagedStopsNoOtherBackup() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary damaged = scene.backup(tree);
        String key = "manifests/" + damaged.id().value().replace('.', '/');
        scene.destination.replace(key, new byte[50]);
        BackupSummary next = scene.backup(scene.vault, "vm-2", tree);
        Scene.assertSame(scene.restore(next.id()), tree);
        assertThat(verify().findings()).extracting(VerifyReport.Finding::key).containsExactly(key);
    }

    @Test
    void aKeyThatIsTakenAndFreedWhileItIsLookedAtWasTaken() throws PluginException {
        Objects objects = new Objects(scene.destination);
        scene.destination.replace("owner/0000000001", new byte[3]);
        before("read", "owner/", () -> scene.destination.remove("owner/0000000001"));
        assertThat(objects.putExclusive(ObjectKey.of("owner/0000000001"), new byte[5], CONTEXT))
                .isFalse();
    }

    @Test
    void aKeyObjectThatIsTooShortDoesNotHideTheGoodOne() throws PluginException {
        String slot = scene.destination.keys("keys/").get(0);
        byte[] good = scene.destination.get(slot);
        byte[] bad = Arrays.copyOf(good, good.length - 70);
        bad[bad.length - 11] = 10;
        bad[bad.length - 12] = 0;
        scene.destination.replace(slot.replace(".0000", ".0000").replaceAll("\\d{4}$", "0009"), good);
        scene.destination.replace(slot, bad);
        assertThat(scene.factory("node")
                        .unlock(scene.destination, scene.keys.recoveryKey(), CONTEXT)
                        .encoded())
                .isEqualTo(scene.keys.readerKeys().encoded());
    }
}

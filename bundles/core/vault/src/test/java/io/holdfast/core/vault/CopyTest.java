package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTest {

    @TempDir
    Path directory;

    Pair pair;
    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        pair = new Pair(directory);
        scene = pair.first;
    }

    @AfterEach
    void end() {
        pair.close();
    }

    private static FakeTree changed() {
        return Scene.sampleTree().file("etc/conf-1", Scene.noise(50, 200_000));
    }

    private void assertWhole(Vault vault, BackupId backup, FakeTree tree) throws PluginException {
        Scene.assertSame(Scene.restore(vault, backup, List.of()), tree);
        assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                .isEmpty();
        assertThat(vault.health(CONTEXT)).isEmpty();
    }

    @Test
    void aCopyIsTheSameBackupAndRestoresWithoutTheFirstDestination() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);

        CopyReport report = pair.copy(backup);

        scene.destination.objects.clear();
        BackupSummary listed = pair.replica.backups(CONTEXT).get(0);
        assertThat(report.there()).isFalse();
        assertThat(report.sealed()).isTrue();
        assertThat(listed.id()).isEqualTo(report.copy()).isNotEqualTo(backup.id());
        assertThat(listed.id().sameBackup(backup.id())).isTrue();
        assertThat(listed.instanceId()).contains("vm-1");
        assertThat(listed.time()).isEqualTo(backup.time());
        assertThat(listed.stats()).isEqualTo(backup.stats());
        assertWhole(pair.replica, listed.id(), tree);
    }

    @Test
    void theRecoveryKeyOfTheFirstVaultOpensTheReplica() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupId copy = pair.copy(scene.backup(tree)).copy();
        scene.destination.objects.clear();
        VaultFactory elsewhere = scene.factory("elsewhere");

        ReaderKeys keys = elsewhere.unlock(pair.second, scene.keys.recoveryKey(), CONTEXT);

        try (Vault vault = elsewhere.openForReading(pair.second, keys, CONTEXT)) {
            assertWhole(vault, copy, tree);
        }
    }

    @Test
    void aReplicaWhoseMarkIsDamagedOpens() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupId copy = pair.copy(scene.backup(tree)).copy();
        byte[] flipped = pair.second.get("replica.hf").clone();
        flipped[30] ^= 1;
        for (byte[] mark : List.of(flipped, new byte[0], Scene.noise(7, 9000))) {
            pair.second.replace("replica.hf", mark);
            try (Vault vault = pair.open("node")) {
                Scene.assertSame(Scene.restore(vault, copy, List.of()), tree);
                assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.key()).isEqualTo("replica.hf"));
                assertThat(vault.health(CONTEXT)).isEmpty();
            }
        }
    }

    @Test
    void aNewKeyEpochComesWithTheNextCopyAndIsBegunAtTheFirstVaultAlone() throws PluginException {
        BackupId before = pair.copy(scene.backup(Scene.sampleTree())).copy();
        VaultFactory factory = scene.factory("elsewhere");
        RecoveryKey paper = scene.keys.recoveryKey();
        ReaderKeys first = scene.keys.readerKeys();
        assertThatThrownBy(() -> factory.rotate(pair.second, first, Rotation.with(paper), "appliance", CONTEXT))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("replica");
        ReaderKeys rotated = factory.rotate(scene.destination, first, Rotation.with(paper), "appliance", CONTEXT);
        BackupSummary backup;
        try (Vault vault = scene.open("rotated", rotated.writerKeys())) {
            backup = scene.backup(vault, "vm-1", changed());
        }

        BackupId copy = pair.copy(backup).copy();

        scene.destination.objects.clear();
        ReaderKeys unlocked = factory.unlock(pair.second, paper, CONTEXT);
        assertThat(unlocked.encoded()).isEqualTo(rotated.encoded());
        try (Vault vault = factory.openForReading(pair.second, unlocked, CONTEXT)) {
            assertWhole(vault, copy, changed());
            Scene.assertSame(Scene.restore(vault, before, List.of()), Scene.sampleTree());
        }
    }

    @Test
    void onlyWhatIsMissingIsSentForTheNextBackup() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        CopyReport before = pair.copy(first);
        BackupSummary second = scene.backup(changed());

        CopyReport report = pair.copy(second);

        assertThat(report.bytes()).isBetween(200_000L, 320_000L);
        assertThat(before.bytes()).isGreaterThan(190_000);
        assertWhole(pair.replica, report.copy(), changed());
        assertWhole(pair.replica, before.copy(), Scene.sampleTree());
    }

    @Test
    void damagedPacksAreCopiedByWayOfTheirParityAndTheReplicaHasItsOwn() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        Redundancy twenty = new Redundancy(20);
        try (Vault from = scene.factory("from")
                        .open(scene.destination, scene.keys.readerKeys(), "appliance", twenty, CONTEXT);
                Vault to =
                        scene.factory("to").open(pair.second, scene.keys.readerKeys(), "appliance", twenty, CONTEXT)) {
            BackupSummary backup = scene.backup(from, "vm-1", tree);
            for (String pack : scene.destination.keys("packs/")) {
                byte[] bytes = scene.destination.get(pack).clone();
                bytes[bytes.length / 2] ^= 1;
                scene.destination.replace(pack, bytes);
            }
            CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies-parity"));

            CopyReport report = to.copy(from, request, NO_PROGRESS, CONTEXT, CONTEXT);

            assertWhole(pair.replica, report.copy(), tree);
            assertThat(pair.second.keys("parity/")).isNotEmpty().hasSameSizeAs(pair.second.keys("packs/"));
        }
    }

    @Test
    void onlyWhatTheChosenBackupNeedsIsSent() throws PluginException {
        scene.backup(scene.vault, "vm-2", new FakeTree().file("other", Scene.noise(77, 900_000)));
        BackupSummary first = scene.backup(Scene.sampleTree());

        CopyReport report = pair.copy(first);

        assertThat(report.bytes()).isLessThan(400_000);
        assertThat(pair.replica.backups(CONTEXT)).hasSize(1);
    }

    @Test
    void ofPacksThatAreMostlyNotNeededOnlyTheRestIsSent() throws PluginException {
        FakeTree large = new FakeTree();
        for (int i = 0; i < 30; i++) {
            large.file(String.format("f%02d", i), Scene.noise(i, 70_000));
        }
        scene.backup(large);
        FakeTree small = new FakeTree().file("f00", Scene.noise(0, 70_000));
        small.file("f17", Scene.noise(17, 70_000)).file("f29", Scene.noise(29, 70_000));
        BackupSummary second = scene.backup(scene.vault, "vm-2", small);

        CopyRequest sparing = new CopyRequest(second.id(), directory.resolve("copies"), 0);
        CopyReport report = pair.replica.copy(scene.vault, sparing, NO_PROGRESS, CONTEXT, CONTEXT);

        assertThat(report.bytes()).isBetween(210_000L, 280_000L);
        assertThat(report.rewritten()).isPositive();
        assertWhole(pair.replica, report.copy(), small);
    }

    @Test
    void thePacksAreListedOnceForSeveralCopiesAndAgainForWhatCameLaterOrWasCollected() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        BackupSummary second = scene.backup(changed());
        AtomicInteger lists = new AtomicInteger();
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("list") && key.equals("packs/")) {
                lists.incrementAndGet();
            }
        };
        WriterKeys keys = scene.keys.writerKeys();
        try (Vault from = scene.open("lister", keys);
                Vault to = scene.factory("copier").open(pair.second, keys, "appliance", CONTEXT)) {
            for (BackupSummary backup : List.of(first, second)) {
                CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));
                to.copy(from, request, NO_PROGRESS, CONTEXT, CONTEXT);
            }
            assertThat(lists).hasValue(1);

            BackupSummary third = scene.backup(new FakeTree().file("new", Scene.noise(71, 90_000)));
            CopyRequest later = CopyRequest.of(third.id(), directory.resolve("copies"));
            BackupId copy = to.copy(from, later, NO_PROGRESS, CONTEXT, CONTEXT).copy();
            assertThat(lists).hasValue(2);
            Scene.restore(pair.replica, copy, List.of());

            scene.vault.forget(List.of(first.id(), second.id()), CONTEXT);
            scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            pair.replica.forget(List.of(copy), CONTEXT);
            lists.set(0);
            copy = to.copy(from, later, NO_PROGRESS, CONTEXT, CONTEXT).copy();
            assertThat(lists).hasValue(1);
            assertThat(Scene.restore(pair.replica, copy, List.of()).files).hasSize(1);
        }
    }

    @Test
    void whatIsThereAlreadyIsNotSentAgain() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        BackupId copy = pair.copy(backup).copy();
        int objects = pair.second.objects.size();

        CopyReport again = pair.copy(backup);

        assertThat(again.there()).isTrue();
        assertThat(again.copy()).isEqualTo(copy);
        assertThat(again.packs()).isZero();
        assertThat(pair.second.objects).hasSize(objects);
    }

    @Test
    void forgettingAndCollectingOnOneSideLeavesTheOtherAlone() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = scene.backup(tree);
        BackupSummary second = scene.backup(changed());
        BackupId copyOfFirst = pair.copy(first).copy();
        BackupId copyOfSecond = pair.copy(second).copy();

        scene.vault.forget(List.of(first.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertWhole(pair.replica, copyOfFirst, tree);

        pair.replica.forget(List.of(copyOfSecond), CONTEXT);
        assertThat(pair.replica.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT).state())
                .isEqualTo(CollectReport.State.DONE);
        assertThat(pair.copyOf(second.id())).isEmpty();
        assertWhole(pair.replica, copyOfFirst, tree);
        assertWhole(scene.vault, second.id(), changed());

        assertWhole(pair.replica, pair.copy(second).copy(), changed());
    }

    @Test
    void aCopyIsCopiedBackWhenTheFirstVaultHasForgottenIt() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        BackupId copy = pair.copy(backup).copy();
        scene.vault.forget(List.of(backup.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);

        CopyRequest request = CopyRequest.of(copy, directory.resolve("back"));
        CopyReport back = scene.vault.copy(pair.replica, request, NO_PROGRESS, CONTEXT, CONTEXT);

        assertThat(back.copy().sameBackup(backup.id())).isTrue();
        assertWhole(scene.vault, back.copy(), tree);
    }

    @Test
    void theNextBackupMayGoStraightToTheReplicaAndBuildsOnTheCopy() throws PluginException {
        pair.copy(scene.backup(Scene.sampleTree()));

        BackupSummary next = scene.backup(pair.replica, "vm-1", changed());

        assertThat(next.sequence()).isEqualTo(2);
        assertThat(next.stats().newBytes()).isLessThan(240_000);
        assertWhole(pair.replica, next.id(), changed());
    }

    @Test
    void aDamagedPackIsNotCopiedButNamedAndRecorded() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        String pack = scene.destination.keys("packs/").stream()
                .filter(k -> scene.destination.get(k)[5] == 1)
                .findFirst()
                .orElseThrow();
        byte[] bytes = scene.destination.get(pack).clone();
        bytes[bytes.length / 2] ^= 1;
        scene.destination.replace(pack, bytes);

        assertThatThrownBy(() -> pair.copy(backup))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA))
                .hasMessageContaining(backup.id().value());

        assertThat(pair.second.keys(pack)).isEmpty();
        assertThat(pair.replica.backups(CONTEXT)).isEmpty();
        assertThat(scene.vault.health(CONTEXT)).extracting(BackupHealth::backup).containsExactly(backup.id());
    }

    @Test
    void aDamagedPackThatParityMakesWholeIsCopiedAsItWas() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup;
        ReaderKeys keys = scene.keys.readerKeys();
        try (Vault vault =
                scene.factory("node").open(scene.destination, keys, "appliance", new Redundancy(20), CONTEXT)) {
            backup = scene.backup(vault, "vm-1", tree);
        }
        String pack = scene.destination.keys("packs/").stream()
                .filter(k -> scene.destination.get(k)[5] == 1)
                .findFirst()
                .orElseThrow();
        byte[] bad = scene.destination.get(pack).clone();
        bad[bad.length / 2] ^= 1;
        scene.destination.replace(pack, bad);

        CopyReport report = pair.copy(backup);

        assertThat(report.damaged()).extracting(VerifyReport.Finding::key).containsExactly(pack);
        assertThat(pair.second.keys(pack)).hasSize(1);
        assertWhole(pair.replica, report.copy(), tree);
        pair.replica.forget(java.util.List.of(report.copy()), CONTEXT);
        pair.replica.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertWhole(pair.replica, pair.copy(backup).copy(), tree); // recorded as lost by now
    }

    @Test
    void anotherGoodCopyOfADamagedPackIsTaken() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(5, 300_000));
        BackupSummary backup = scene.backup(tree);
        List<String> packs = scene.destination.keys("packs/");
        // the same content once more: the first packs are recorded as lost, and come back
        Set<String> damaged = new TreeSet<>();
        for (String pack : packs) {
            if (scene.destination.get(pack)[5] == 1) {
                damaged.add(pack);
            }
        }
        byte[] good = null;
        String victim = damaged.iterator().next();
        good = scene.destination.get(victim);
        scene.destination.remove(victim);
        scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        scene.backup(scene.vault, "vm-2", tree);
        byte[] bad = good.clone();
        bad[200] ^= 1;
        scene.destination.replace(victim, bad);
        scene.destination.keys("health/").forEach(scene.destination::remove);

        CopyReport report = pair.copy(backup);

        assertWhole(pair.replica, report.copy(), tree);
        assertThat(pair.second.keys(victim)).isEmpty();
    }

    @Test
    void whatTheReplicaHasLostIsSentAgainUnderAnotherName() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        BackupId copy = pair.copy(backup).copy();
        String pack = pair.second.keys("packs/").get(0);
        byte[] bad = pair.second.get(pack).clone();
        bad[300] ^= 1;
        pair.second.replace(pack, bad);
        pair.replica.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);

        CopyReport report = pair.copy(backup);

        assertThat(report.there()).isTrue();
        assertThat(report.packs()).isEqualTo(1);
        Scene.assertSame(Scene.restore(pair.replica, copy, List.of()), tree);
        assertThat(pair.replica.health(CONTEXT)).allMatch(BackupHealth::whole);
    }

    @Test
    void aVaultIsNoReplicaOfItself() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));

        assertThatThrownBy(() -> scene.vault.copy(scene.vault, request, NO_PROGRESS, CONTEXT, CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThatThrownBy(() -> scene.factory("node")
                        .replicate(scene.destination, scene.destination, scene.keys.writerKeys(), "appliance", CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
    }

    @Test
    void aReplicaIsMadeOnceAndNeverOverAnotherVault() throws PluginException {
        WriterKeys keys = scene.keys.writerKeys();
        VaultIdentity again =
                scene.factory("node").replicate(scene.destination, pair.second, keys, "appliance", CONTEXT);
        MemoryDestination taken = new MemoryDestination();
        scene.factory("node").create(taken, Scene.SMALL, "appliance", null, CONTEXT);

        assertThat(again.vaultId()).isEqualTo(scene.vault.identity().vaultId());
        assertThatThrownBy(() -> scene.factory("node").replicate(scene.destination, taken, keys, "appliance", CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS));
    }

    @Test
    void wherePacksGoBecauseOfACollectionTheirContentIsFoundElsewhere() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 40_000)).file("b", Scene.noise(2, 40_000));
        BackupSummary kept = scene.backup(tree);
        BackupSummary other = scene.backup(
                scene.vault,
                "vm-2",
                new FakeTree().file("b", Scene.noise(2, 40_000)).file("c", Scene.noise(3, 90_000)));
        Set<String> hooked = ConcurrentHashMap.newKeySet();
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("read")
                    && key.startsWith("packs/")
                    && pair.second.keys("leases/").size() > 0
                    && hooked.add("once")) {
                scene.vault.forget(List.of(kept.id()), CONTEXT);
                scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            }
        };

        CopyReport report = pair.copy(other);

        assertThat(hooked).isNotEmpty();
        assertThat(pair.copyOf(other.id())).contains(report.copy());
        Scene.restore(pair.replica, report.copy(), List.of());
    }

    @Test
    void aCopyThatWasTakenForDeadDoesNotCommitAndTheNextOneDoes() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        Set<String> hooked = ConcurrentHashMap.newKeySet();
        pair.second.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("index/s.") && hooked.add("once")) {
                pair.replica.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            }
        };

        assertThatThrownBy(() -> pair.copy(backup))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThat(pair.replica.backups(CONTEXT)).isEmpty();

        assertWhole(pair.replica, pair.copy(backup).copy(), tree);
    }

    @Test
    void cancellationEndsItAndTheNextTrySendsTheRest() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = scene.backup(tree);
        Contexts.Switch stop = new Contexts.Switch();
        Set<String> puts = ConcurrentHashMap.newKeySet();
        pair.second.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("packs/") && puts.add(key) && puts.size() == 2) {
                stop.cancel();
            }
        };
        CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));

        assertThatThrownBy(() -> pair.replica.copy(scene.vault, request, NO_PROGRESS, CONTEXT, Contexts.of(stop)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        pair.second.hook = (operation, key) -> {};
        assertThat(pair.replica.backups(CONTEXT)).isEmpty();
        int arrived = pair.second.keys("packs/").size();

        CopyReport report = pair.copy(backup);

        assertThat(arrived).isPositive();
        assertThat(report.found()).isEqualTo(arrived);
        assertWhole(pair.replica, report.copy(), tree);
    }

    @Test
    void whereverTheReplicaDiesNothingOrTheWholeCopyIsThereAndTheNextTryFinishes() throws PluginException {
        for (int death = 1; ; death++) {
            try (Pair dying = new Pair(directory.resolve("d" + death))) {
                FakeTree tree = Scene.sampleTree();
                BackupSummary first = dying.first.backup(tree);
                BackupId copy = dying.copy(first).copy();
                BackupSummary second = dying.first.backup(changed());
                dying.second.operations.set(0);
                dying.second.diesAt = death;
                dying.second.dyingPutArrives = death % 2 == 0;
                boolean finished = true;
                try {
                    dying.copy(second);
                } catch (PluginException e) {
                    finished = false;
                }
                dying.second.diesAt = Integer.MAX_VALUE;
                int arrived = dying.second.keys("packs/").size();
                Optional<BackupId> there = dying.copyOf(second.id());
                if (there.isPresent()) {
                    Scene.assertSame(Scene.restore(dying.replica, there.get(), List.of()), changed());
                }
                if (death % 3 == 0) {
                    dying.replica.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                    Scene.assertSame(Scene.restore(dying.replica, copy, List.of()), tree);
                }
                CopyReport report = dying.copy(second);
                if (death % 3 != 0) {
                    int sent = dying.second.keys("packs/").size() - arrived;
                    assertThat(report.packs()).as("death " + death).isEqualTo(sent);
                }
                dying.replica.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                assertWhole(dying.replica, report.copy(), changed());
                assertWhole(dying.replica, copy, tree);
                assertThat(dying.replica.backups(CONTEXT)).as("death " + death).hasSize(2);
                if (finished) {
                    assertThat(death).isGreaterThan(15);
                    return;
                }
            }
        }
    }

    @Test
    void whereverTheFirstDestinationDiesTheNextTryFinishes() throws PluginException {
        for (int death = 1; ; death++) {
            try (Pair dying = new Pair(directory.resolve("s" + death))) {
                FakeTree tree = Scene.sampleTree();
                BackupSummary backup = dying.first.backup(tree);
                dying.first.destination.operations.set(0);
                dying.first.destination.diesAt = death;
                boolean finished = true;
                try {
                    dying.copy(backup);
                } catch (PluginException e) {
                    finished = false;
                    assertThat(dying.replica.backups(CONTEXT)).isEmpty();
                }
                dying.first.destination.diesAt = Integer.MAX_VALUE;
                assertWhole(dying.replica, dying.copy(backup).copy(), tree);
                if (finished) {
                    assertThat(death).isGreaterThan(8);
                    return;
                }
            }
        }
    }

    @Test
    void aCopyThatNeedsNothingOfWhatTheReplicaHasLostIsNoSession() throws PluginException {
        BackupSummary other = scene.backup(scene.vault, "vm-2", new FakeTree().file("a", Scene.noise(77, 90_000)));
        pair.copy(other);
        List<String> before = pair.second.keys("packs/");
        BackupSummary backup = scene.backup(Scene.sampleTree());
        pair.copy(backup);
        pair.second.remove(before.get(0));
        pair.replica.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        List<String> all = pair.second.keys("");

        CopyReport report = pair.copy(backup);

        assertThat(report.there()).isTrue();
        assertThat(pair.second.keys("")).isEqualTo(all);
        assertThat(pair.copy(other).packs()).isEqualTo(1);
        assertThat(pair.replica.health(CONTEXT)).allMatch(BackupHealth::whole);
        List<String> healed = pair.second.keys("");
        pair.copy(other);
        pair.copy(backup);
        assertThat(pair.second.keys("")).isEqualTo(healed);
    }

    @Test
    void keyObjectsThatAreNoneAreNotCopiedAndStopNothing() throws PluginException {
        List<String> both = scene.destination.keys("keys/");
        String own = both.get(0);
        String slots = own.substring(0, own.length() - "0001.0000".length());
        for (String name : List.of("0001.0007", "0002.0000", "nonsense")) {
            scene.destination.replace(slots + name, new byte[5_000]);
        }
        scene.destination.replace(slots + "0003.0000", scene.destination.get(own));
        scene.destination.replace("epochs/0000000002", new byte[20_000]);
        BackupSummary backup = scene.backup(Scene.sampleTree());

        BackupId copy = pair.copy(backup).copy();

        assertThat(pair.second.keys("keys/")).isEqualTo(both);
        assertThat(pair.second.keys("epochs/")).isEmpty();
        assertWhole(pair.replica, copy, Scene.sampleTree());
    }

    @Test
    void aCopyThatRunsWhileTheKeysOfTheReplicaAreDestroyedBringsNoneBack() throws PluginException {
        VaultFactory factory = scene.factory("elsewhere");
        ReaderKeys keys = scene.keys.readerKeys();
        BackupSummary backup = scene.backup(Scene.sampleTree());
        factory.rotate(scene.destination, keys, Rotation.with(scene.keys.recoveryKey()), "appliance", CONTEXT);
        boolean[] destroyed = {false};
        pair.second.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("keys/") && !destroyed[0]) {
                destroyed[0] = true;
                factory.destroyKeys(pair.second, keys, "appliance", CONTEXT);
            }
        };

        assertThatThrownBy(() -> pair.copy(backup)).hasMessageContaining("destroyed on purpose");

        assertThat(destroyed[0]).isTrue();
        assertThat(pair.second.keys("keys/")).isEmpty();
        assertThat(pair.second.keys("epochs/")).isEmpty();
    }
}

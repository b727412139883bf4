package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.read.Changed;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies into a vault with other keys. */
class RewriteTest {

    @TempDir
    Path directory;

    TwoVaults vaults;
    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        vaults = new TwoVaults(directory);
        scene = vaults.first;
    }

    @AfterEach
    void end() {
        vaults.close();
    }

    private static FakeDisk disk() {
        FakeDisk disk = new FakeDisk(3_000_000);
        disk.write(0, Scene.text(1, 50_000));
        disk.write(1_000_000, Scene.noise(2, 900_000));
        disk.write(2_999_000, Scene.noise(3, 1_000));
        return disk;
    }

    private static FakeItems mailbox() {
        FakeItems items = new FakeItems();
        for (int i = 0; i < 300; i++) {
            items.put("m" + (i * 7919 % 1000), Scene.noise(i, 20 + i * 13));
        }
        items.put("empty", new byte[0]);
        items.put("large", Scene.noise(3, 100_000));
        return items;
    }

    private BackupSummary backup(Map<String, byte[]> documents, Source... sources) throws PluginException {
        Optional<BackupId> previous = scene.vault.latest("vm-1", CONTEXT).map(BackupSummary::id);
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", previous), CONTEXT)) {
            return Scene.run(session, documents, Optional.of(new ChangeToken("checkpoint-1")), sources);
        }
    }

    private static FakeTree changed() {
        return Scene.sampleTree().file("etc/conf-1", Scene.noise(50, 200_000));
    }

    @Test
    void everythingOfABackupIsTheSameInTheOtherVaultAlsoWhenTheFirstOneIsGone() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        tree.unreadable.add(EntryPath.of("etc/conf-7"));
        tree.shrinking.add(EntryPath.of("etc/conf-9"));
        Map<String, byte[]> documents = Map.of("machine", Scene.text(5, 3_000), "firmware", Scene.noise(6, 70_000));
        BackupSummary backup = backup(
                documents,
                disk(),
                tree,
                new FakeStream(Scene.noise(4, 300_000)),
                new FakeStream("none", new byte[0]),
                mailbox());
        assertThat(backup.stats().problems()).isEqualTo(2);

        CopyReport report = vaults.copy(backup);

        assertThat(report.sealed()).isFalse();
        assertThat(report.there()).isFalse();
        assertThat(report.packs())
                .isEqualTo(vaults.second.destination.keys("packs/").size());
        vaults.assertSame(backup, report.copy());
        BackupSummary listed = vaults.second.vault.backups(CONTEXT).get(0);
        assertThat(listed.id()).isEqualTo(report.copy());
        assertThat(listed.changeToken()).isEmpty();
        assertThat(listed.predecessor().isPresent())
                .isEqualTo(backup.predecessor().isPresent());
        scene.factory("elsewhere").destroyKeys(scene.destination, scene.keys.readerKeys(), "appliance", CONTEXT);
        scene.destination.objects.clear();
        FakeTarget restored = Scene.restore(vaults.second.vault, report.copy(), List.of());
        assertThat(restored.files.get(EntryPath.of("var/lib/large"))).isEqualTo(Scene.noise(1, 150_000));
    }

    @Test
    void ofADiskOnlyWhatChangedSinceTheCopyBeforeIsRead() throws PluginException {
        FakeDisk disk = disk();
        BackupSummary first = scene.backup(disk);
        vaults.copy(first);
        long all = vaults.read.getAndSet(0);
        disk.changed.clear();
        disk.tracking = true;
        disk.write(1_200_000, Scene.noise(9, 500));
        disk.write(20_000, new byte[10_000]);
        BackupSummary second = scene.backup(disk);

        CopyReport report = vaults.copy(second);

        assertThat(all).isGreaterThan(900_000);
        assertThat(vaults.read.get()).isLessThan(150_000);
        assertThat(report.bytes()).isLessThan(30_000);
        vaults.assertSame(second, report.copy());
        vaults.assertSame(first, vaults.copyOf(first).orElseThrow());
    }

    @Test
    void aDiskThatWasReadFullyAgainIsComparedByItsChunks() throws PluginException {
        FakeDisk disk = disk();
        vaults.copy(scene.backup(disk));
        vaults.read.set(0);
        disk.write(1_200_000, Scene.noise(9, 500));
        BackupSummary second = scene.backup(disk);

        vaults.assertSame(second, vaults.copy(second).copy());

        assertThat(vaults.read.get()).isLessThan(150_000);
    }

    @Test
    void aLongChainOfChangesIsTheSameOnBothSides() throws PluginException {
        FakeDisk disk = disk();
        scene.backup(disk);
        disk.changed.clear();
        disk.tracking = true;
        Random random = new Random(4);
        for (int i = 0; i < 70; i++) {
            disk.write(random.nextInt(2_900_000), Scene.noise(i, 700));
            if (i % 9 == 0) {
                disk.write(random.nextInt(2_900_000), new byte[50_000]);
            }
            BackupSummary backup = scene.backup(disk);
            disk.changed.clear();
            if (i % 3 != 1) {
                vaults.read.set(0);
                BackupId copy = vaults.copy(backup).copy();
                if (i > 0) {
                    assertThat(vaults.read.get()).as("round " + i).isLessThan(500_000);
                }
                if (i % 10 == 0 || i > 60) {
                    vaults.assertSame(backup, copy);
                }
            }
        }
    }

    @Test
    void aDiskThatGrewOrVanishedIsCopiedAsItIs() throws PluginException {
        FakeDisk disk = disk();
        vaults.copy(scene.backup(disk));
        FakeDisk larger = new FakeDisk(3_500_000);
        larger.write(0, disk.content);
        BackupSummary second = scene.backup(larger);
        vaults.assertSame(second, vaults.copy(second).copy());
        BackupSummary third = scene.backup(Scene.sampleTree());
        vaults.assertSame(third, vaults.copy(third).copy());
    }

    @Test
    void ofATreeOnlyChangedFilesAreRead() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        vaults.copy(first);
        long all = vaults.read.getAndSet(0);
        BackupSummary second = scene.backup(Scene.sampleTree().file("etc/conf-1", Scene.noise(50, 20_000)));

        CopyReport report = vaults.copy(second);

        assertThat(all).isGreaterThan(190_000);
        assertThat(vaults.read.get()).isLessThan(90_000);
        assertThat(report.bytes()).isBetween(20_000L, 40_000L);
        vaults.assertSame(second, report.copy());
    }

    @Test
    void filesThatChangedWhileTheyWereReadAreMarkedInCopiesTooAlsoWhereTheCopyBeforeHasTheContent()
            throws PluginException {
        Set<EntryPath> changing = Set.of(EntryPath.of("etc/conf-9"), EntryPath.of("var/lib/text"));
        FakeTree tree = Scene.sampleTree();
        BackupSummary quiet = scene.backup(tree);
        tree.signatures = false;
        tree.changing.addAll(changing);
        BackupSummary busy = scene.backup(tree);
        BackupSummary again = scene.backup(tree);
        tree.changing.clear();
        BackupSummary last = scene.backup(tree);

        vaults.assertSame(quiet, vaults.copy(quiet).copy());
        vaults.assertSame(busy, vaults.copy(busy).copy());
        vaults.read.set(0);
        BackupId copy = vaults.copy(again).copy();
        assertThat(vaults.read.get()).isLessThan(90_000);
        vaults.assertSame(again, copy);
        try (BackupReader reader = vaults.second.vault.read(copy, CONTEXT)) {
            assertThat(Changed.files(reader, "root")).isEqualTo(changing);
        }
        vaults.assertSame(last, vaults.copy(last).copy());
    }

    @Test
    void ofItemsOnlyChangedOnesAreReadAndMayGoAndComeBack() throws PluginException {
        FakeItems items = mailbox();
        vaults.copy(scene.backup(items));
        long all = vaults.read.getAndSet(0);
        items.complete = false;
        for (int round = 0; round < 5; round++) {
            items.put("m" + round, Scene.noise(round + 1000, 300));
            items.put("new-" + round, Scene.noise(round, 5_000));
            items.delete("m" + (100 + round));
            if (round > 0) {
                items.put("m" + (99 + round), Scene.noise(round, 80));
            }
            BackupSummary backup = scene.backup(items);
            vaults.read.set(0);

            vaults.assertSame(backup, vaults.copy(backup).copy());

            assertThat(vaults.read.get()).isLessThan(all / 3);
        }
    }

    @Test
    void moreCopiesOfItemsThanLayersFitUponEachOther() throws PluginException {
        FakeItems items = new FakeItems();
        items.put("a", Scene.noise(1, 500));
        for (int i = 0; i < 70; i++) {
            items.put("b" + i % 7, Scene.noise(i, 50));
            BackupSummary backup = scene.backup(items);
            BackupId copy = vaults.copy(backup).copy();
            if (i > 60) {
                vaults.assertSame(backup, copy);
            }
        }
    }

    @Test
    void anOlderBackupIsCopiedAfterANewerOneAndStaysBeforeItInTheOrder() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        BackupSummary second = scene.backup(changed());
        BackupId copyOfSecond = vaults.copy(second).copy();
        vaults.read.set(0);
        BackupId copyOfFirst = vaults.copy(first).copy();

        assertThat(vaults.read.get()).isLessThan(150_000);
        assertThat(vaults.second.vault.backups("vm-1", CONTEXT))
                .extracting(BackupSummary::id)
                .containsExactly(copyOfFirst, copyOfSecond);
        assertThat(vaults.second.vault.latest("vm-1", CONTEXT).orElseThrow().id())
                .isEqualTo(copyOfSecond);
        vaults.assertSame(first, copyOfFirst);
    }

    @Test
    void whatIsThereAlreadyIsNotWrittenAgainAndCopyingBackFindsTheOriginal() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        BackupId copy = vaults.copy(backup).copy();
        List<String> before = vaults.second.destination.keys("");

        CopyReport again = vaults.copy(backup);

        assertThat(again.there()).isTrue();
        assertThat(again.sealed()).isFalse();
        assertThat(again.copy()).isEqualTo(copy);
        assertThat(vaults.second.destination.keys("")).isEqualTo(before);
        CopyRequest back = CopyRequest.of(copy, directory.resolve("back"));
        assertThat(scene.vault.copy(vaults.second.vault, back, NO_PROGRESS, CONTEXT, CONTEXT))
                .satisfies(report -> assertThat(report.there()).isTrue())
                .satisfies(report -> assertThat(report.copy()).isEqualTo(backup.id()));
        scene.vault.forget(List.of(backup.id()), CONTEXT);
        CopyReport returned = scene.vault.copy(vaults.second.vault, back, NO_PROGRESS, CONTEXT, CONTEXT);
        assertThat(returned.there()).isFalse();
        assertThat(returned.copy().sameBackup(backup.id())).isTrue();
        Scene.assertSame(Scene.restore(scene.vault, returned.copy(), List.of()), Scene.sampleTree());
    }

    @Test
    void aReplicaTakesACopySealed() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        BackupId copy = vaults.copy(backup).copy();
        MemoryDestination third = new MemoryDestination();
        Scene second = vaults.second;
        second.factory("node").replicate(second.destination, third, second.keys.writerKeys(), "appliance", CONTEXT);
        try (Vault replica = second.factory("node").open(third, second.keys.readerKeys(), "appliance", CONTEXT)) {
            CopyRequest request = CopyRequest.of(copy, directory.resolve("third"));

            CopyReport report = replica.copy(second.vault, request, NO_PROGRESS, CONTEXT, CONTEXT);

            assertThat(report.sealed()).isTrue();
            assertThat(report.copy().sameBackup(copy)).isTrue();
            Scene.assertSame(Scene.restore(replica, report.copy(), List.of()), Scene.sampleTree());
        }
    }

    @Test
    void theNextBackupStraightIntoTheOtherVaultHasNoTokenOfTheFirst() throws PluginException {
        FakeDisk disk = disk();
        BackupSummary backup = backup(Map.of(), disk);
        vaults.copy(backup);
        Vault second = vaults.second.vault;
        BackupSummary latest = second.latest("vm-1", CONTEXT).orElseThrow();
        assertThat(latest.changeToken()).isEmpty();
        disk.write(1_500_000, Scene.noise(77, 3_000));

        BackupSummary direct = vaults.second.backup(second, "vm-1", disk);

        assertThat(direct.sequence()).isEqualTo(backup.sequence() + 1);
        assertThat(direct.stats().newBytes()).isLessThan(10_000);
        try (BackupReader reader = second.read(direct.id(), CONTEXT)) {
            byte[] content = new byte[disk.content.length];
            reader.restoreDisk("vda", new FakeTarget().disk(content, () -> {}), NO_PROGRESS, CONTEXT);
            assertThat(content).isEqualTo(disk.content);
        }
        disk.write(100_000, Scene.noise(78, 3_000));
        BackupSummary next = backup(Map.of(), disk);
        vaults.assertSame(next, vaults.copy(next).copy());
    }

    @Test
    void forgettingAndCollectingOnOneSideLeavesTheOtherAlone() throws PluginException {
        BackupSummary first = scene.backup(Scene.sampleTree());
        BackupSummary second = scene.backup(changed());
        BackupId copyOfFirst = vaults.copy(first).copy();
        BackupId copyOfSecond = vaults.copy(second).copy();

        scene.vault.forget(List.of(first.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        Scene.assertSame(Scene.restore(vaults.second.vault, copyOfFirst, List.of()), Scene.sampleTree());
        vaults.second.vault.forget(List.of(copyOfFirst), CONTEXT);
        assertThat(vaults.second
                        .vault
                        .collect(CollectTest.NOW, NO_PROGRESS, CONTEXT)
                        .state())
                .isEqualTo(CollectReport.State.DONE);

        vaults.assertSame(second, copyOfSecond);
        BackupSummary third = scene.backup(Scene.sampleTree());
        vaults.assertSame(third, vaults.copy(third).copy());
    }

    @Test
    void collectionsOnBothSidesMayRunMeanwhile() throws PluginException {
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
                    && !vaults.second.destination.keys("leases/").isEmpty()
                    && hooked.add("source")) {
                scene.vault.forget(List.of(kept.id()), CONTEXT);
                scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            }
        };

        CopyReport report = vaults.copy(other);

        assertThat(hooked).isNotEmpty();
        vaults.assertSame(other, report.copy());
    }

    @Test
    void aCopyThatWasTakenForDeadDoesNotCommitAndTheNextOneDoes() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        Set<String> hooked = ConcurrentHashMap.newKeySet();
        vaults.second.destination.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("index/s.") && hooked.add("once")) {
                vaults.second.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            }
        };

        assertThatThrownBy(() -> vaults.copy(backup))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThat(vaults.second.vault.backups(CONTEXT)).isEmpty();

        vaults.assertSame(backup, vaults.copy(backup).copy());
    }

    @Test
    void cancellationEndsItAndTheNextTrySendsTheRest() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        Contexts.Switch stop = new Contexts.Switch();
        Set<String> puts = ConcurrentHashMap.newKeySet();
        vaults.second.destination.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("packs/") && puts.add(key) && puts.size() == 2) {
                stop.cancel();
            }
        };
        assertThatThrownBy(() -> vaults.copy(backup.id(), stop))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        vaults.second.destination.hook = (operation, key) -> {};
        assertThat(vaults.second.vault.backups(CONTEXT)).isEmpty();
        int arrived = vaults.second.destination.keys("packs/").size();

        CopyReport report = vaults.copy(backup);

        assertThat(arrived).isPositive();
        assertThat(report.found()).isEqualTo(arrived);
        vaults.assertSame(backup, report.copy());
    }

    @Test
    void whereverTheOtherDestinationDiesNothingOrTheWholeCopyIsThereAndTheNextTryFinishes() throws PluginException {
        for (int death = 1; ; death++) {
            try (TwoVaults dying = new TwoVaults(directory.resolve("d" + death))) {
                BackupSummary first = dying.first.backup(Scene.sampleTree());
                BackupId copy = dying.copy(first).copy();
                BackupSummary second = dying.first.backup(changed());
                MemoryDestination there = dying.second.destination;
                there.operations.set(0);
                there.diesAt = death;
                there.dyingPutArrives = death % 2 == 0;
                boolean finished = true;
                try {
                    dying.copy(second);
                } catch (PluginException e) {
                    finished = false;
                }
                there.diesAt = Integer.MAX_VALUE;
                Optional<BackupId> made = dying.copyOf(second);
                if (made.isPresent()) {
                    dying.assertSame(second, made.get());
                }
                if (death % 3 == 0) {
                    dying.second.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                }
                CopyReport report = dying.copy(second);
                dying.second.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                dying.assertSame(second, report.copy());
                dying.assertSame(first, copy);
                assertThat(dying.second.vault.backups(CONTEXT))
                        .as("death " + death)
                        .hasSize(2);
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
            try (TwoVaults dying = new TwoVaults(directory.resolve("s" + death))) {
                FakeDisk disk = new FakeDisk(20_000);
                disk.write(5_000, Scene.noise(1, 9_000));
                BackupSummary backup = dying.first.backup(disk, Scene.sampleTree());
                dying.first.destination.operations.set(0);
                dying.first.destination.diesAt = death;
                boolean finished = true;
                try {
                    dying.copy(backup);
                } catch (PluginException e) {
                    finished = false;
                    assertThat(dying.second.vault.backups(CONTEXT)).isEmpty();
                }
                dying.first.destination.diesAt = Integer.MAX_VALUE;
                dying.assertSame(backup, dying.copy(backup).copy());
                if (finished) {
                    assertThat(death).isGreaterThan(8);
                    return;
                }
            }
        }
    }

    private String damage(MemoryDestination destination, int kind) {
        String pack = destination.keys("packs/").stream()
                .filter(k -> destination.get(k)[5] == kind)
                .findFirst()
                .orElseThrow();
        byte[] bytes = destination.get(pack).clone();
        bytes[bytes.length / 2] ^= 1;
        destination.replace(pack, bytes);
        return pack;
    }

    @Test
    void aDamagedBackupIsNotCopiedAndNothingOfItIsListed() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        scene.destination.remove(scene.destination.keys("packs/").get(0));
        damage(scene.destination, 1);

        assertThatThrownBy(() -> vaults.copy(backup))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA))
                .hasMessageContaining(backup.id().value())
                .hasMessageContaining("Verify the destination");

        assertThat(vaults.second.vault.backups(CONTEXT)).isEmpty();
    }

    @Test
    void aBackupThatWasForgottenIsNotThere() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        scene.vault.forget(List.of(backup.id()), CONTEXT);
        assertThatThrownBy(() -> vaults.copy(backup))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageContaining("forgotten");
    }

    @Test
    void anEarlierCopyWhoseListingIsDamagedIsNoReasonNotToCopy() throws PluginException {
        vaults.copy(scene.backup(Scene.sampleTree()));
        damageListings(vaults.second.destination);
        FakeTree other = new FakeTree().file("b", Scene.noise(40, 50_000));
        BackupSummary second = scene.backup(other);

        BackupId copy = vaults.copy(second).copy();

        Scene.assertSame(Scene.restore(vaults.second.vault, copy, List.of()), other);
    }

    @Test
    void anEarlierBackupWhoseMapIsDamagedIsNoReasonNotToCopy() throws PluginException {
        vaults.copy(scene.backup(disk()));
        damageListings(scene.destination);
        FakeDisk other = new FakeDisk(3_000_000);
        other.write(0, Scene.noise(40, 2_500_000));
        BackupSummary second = scene.backup(other);

        vaults.assertSame(second, vaults.copy(second).copy());
    }

    private static void damageListings(MemoryDestination destination) {
        for (String pack : destination.keys("packs/")) {
            if (destination.get(pack)[5] == 2) {
                damageAll(destination, pack);
            }
        }
    }

    private static void damageAll(MemoryDestination destination, String pack) {
        byte[] bytes = destination.get(pack).clone();
        for (int i = 100; i < bytes.length; i++) {
            bytes[i] ^= 1;
        }
        destination.replace(pack, bytes);
    }

    @Test
    void whatTheOtherVaultHasLostComesAgain() throws PluginException {
        for (Source source : List.of(disk(), new FakeStream(Scene.noise(4, 300_000)), Scene.sampleTree(), mailbox())) {
            BackupSummary backup = scene.backup(scene.vault, source.name(), source);
            BackupId copy = vaults.copy(backup).copy();
            damage(vaults.second.destination, 1);
            vaults.second.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);

            CopyReport report = vaults.copy(backup);

            assertThat(report.packs()).as(source.name()).isPositive();
            if (!report.there()) {
                vaults.second.vault.forget(List.of(copy), CONTEXT);
            }
            vaults.second.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            assertThat(vaults.second.vault.health(CONTEXT)).as(source.name()).allMatch(BackupHealth::whole);
            assertThat(vaults.copy(backup).there()).isTrue();
            vaults.second.vault.forget(List.of(report.copy()), CONTEXT);
            vaults.second.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        }
    }

    @Test
    void writerKeysOfTheFirstVaultAreNotEnough() throws PluginException {
        BackupSummary backup = scene.backup(Scene.sampleTree());
        CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));
        try (Vault blind = scene.open("blind", scene.keys.writerKeys())) {
            assertThatThrownBy(() -> vaults.second.vault.copy(blind, request, NO_PROGRESS, CONTEXT, CONTEXT))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION));
        }
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.VerifyReport.Remedy;
import io.holdfast.core.vault.internal.codec.Id;
import io.holdfast.core.vault.internal.crypto.Digests;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.parity.BlockSource;
import io.holdfast.core.vault.internal.parity.ParityObject;
import io.holdfast.core.vault.internal.read.PackReader;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {

    private static final Redundancy TWENTY = new Redundancy(20);

    @TempDir
    Path directory;

    Scene scene;
    Vault vault;
    FakeTree tree;
    BackupSummary backup;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
        vault = open(TWENTY);
        tree = Scene.sampleTree();
        backup = scene.backup(vault, "vm-1", tree);
    }

    @AfterEach
    void end() {
        vault.close();
        scene.close();
    }

    private Vault open(Redundancy redundancy) throws PluginException {
        return scene.factory("node-p")
                .open(scene.destination, scene.keys.readerKeys(), "appliance", redundancy, CONTEXT);
    }

    private VerifyReport verify() throws PluginException {
        return vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
    }

    private List<String> packs() {
        return scene.destination.keys("packs/");
    }

    private static String parityOf(String pack) {
        return pack.replaceFirst("packs/", "parity/");
    }

    private void flip(String key, int... places) {
        byte[] bytes = scene.destination.get(key).clone();
        for (int place : places) {
            bytes[place] ^= 8;
        }
        scene.destination.replace(key, bytes);
    }

    private void truncate(String key, int by) {
        byte[] bytes = scene.destination.get(key);
        scene.destination.replace(key, Arrays.copyOf(bytes, bytes.length - by));
    }

    private void assertRestores(Vault with) throws PluginException {
        Scene.assertSame(Scene.restore(with, backup.id(), List.of()), tree);
    }

    /** Harms every pack in another way, each within what 20 % can bear. */
    private void harmAll() {
        int n = 0;
        for (String pack : packs()) {
            int size = scene.destination.get(pack).length;
            switch (n++ % 4) {
                case 0 -> flip(pack, 50, size / 2, size - 20);
                case 1 -> truncate(pack, size / 10);
                case 2 -> {
                    byte[] headless = scene.destination.get(pack).clone();
                    Arrays.fill(headless, 0, size / 10, (byte) 0);
                    scene.destination.replace(pack, headless);
                }
                default -> flip(pack, 0);
            }
        }
    }

    @Test
    void whatTheMediumCannotReadIsRepairedLikeWhatItReadsWrong() throws PluginException {
        List<String> old = packs();
        // a sector in the middle of each pack, and one of each object of parity, cannot be read
        scene.destination.unreadable = (key, offset, length) -> {
            int size = scene.destination.get(key).length;
            int sector = key.startsWith("packs/") ? size / 2 : size / 3;
            boolean concerned = old.contains(key) || key.startsWith("parity/") && old.contains(packOf(key));
            return concerned && size > 30_000 && offset <= sector && offset + length > sector;
        };
        FakeTarget target = new FakeTarget();
        try (BackupReader reader = vault.read(backup.id(), CONTEXT)) {
            RestoreReport report = reader.restoreTree("root", List.of(), target, NO_PROGRESS, CONTEXT);
            assertThat(report.problems()).isEmpty();
            assertThat(report.mendedPacks()).isPositive();
        }
        Scene.assertSame(target, tree);
        VerifyReport report = verify();
        assertThat(report.count(Remedy.REPAIRED)).isPositive();
        assertThat(report.backups()).allMatch(BackupHealth::whole);
        vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(verify().count(Remedy.REPAIRED)).isZero();
        assertRestores(vault);
    }

    private static String packOf(String parity) {
        return parity.replaceFirst("parity/", "packs/");
    }

    @Test
    void everyPackHasItsParityAndWithoutTheOptionNoneHas() throws PluginException {
        assertThat(scene.destination.keys("parity/"))
                .containsExactlyElementsOf(
                        packs().stream().map(RepairTest::parityOf).toList());
        FakeTree other = new FakeTree().file("x", Scene.noise(8, 200_000));
        scene.backup(scene.vault, "vm-2", other);
        assertThat(scene.destination.keys("parity/").size()).isLessThan(packs().size());
    }

    @Test
    void aRestoreReadsDamagedPacksByTheirParityAndSaysSo() throws PluginException {
        harmAll();
        FakeTarget target = new FakeTarget();
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            RestoreReport report = reader.restoreTree("root", List.of(), target, NO_PROGRESS, CONTEXT);
            assertThat(report.problems()).isEmpty();
            assertThat(report.mendedPacks()).isPositive();
        }
        Scene.assertSame(target, tree);
    }

    @Test
    void verificationRepairsAndACollectionDeletesWhatWasDamaged() throws PluginException {
        List<String> old = packs();
        harmAll();
        VerifyReport report = verify();
        assertThat(report.count(Remedy.REPAIRED)).isEqualTo(old.size());
        assertThat(report.findings()).extracting(VerifyReport.Finding::key).containsExactlyElementsOf(old);
        assertThat(report.backups()).hasSize(1).allMatch(BackupHealth::whole);
        List<String> both = packs();
        assertThat(both).hasSize(2 * old.size()).containsAll(old);
        assertThat(scene.destination.keys("parity/")).hasSize(both.size());
        assertThat(vault.health(CONTEXT)).allMatch(BackupHealth::whole);

        VerifyReport again = verify();
        assertThat(again.count(Remedy.REPAIRED)).isEqualTo(old.size());
        assertThat(packs()).isEqualTo(both);

        vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(packs()).doesNotContainAnyElementsOf(old).hasSize(old.size());
        assertThat(scene.destination.keys("parity/")).hasSize(old.size());
        assertThat(verify().findings()).isEmpty();
        assertRestores(vault);
    }

    @Test
    void aRepairNeedsTheWriterKeysOnlyAndTheNextBackupUsesWhatWasRepaired() throws PluginException {
        harmAll();
        try (Vault writer = scene.factory("node-w")
                .open(scene.destination, scene.keys.writerKeys(), "appliance", TWENTY, CONTEXT)) {
            assertThat(writer.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).count(Remedy.REPAIRED))
                    .isPositive();
        }
        tree.opened.set(0);
        assertThat(scene.backup(vault, "vm-1", tree).stats().newChunks()).isZero();
        assertThat(tree.opened.get()).isZero();
    }

    private static String nameOf(byte[] pack) {
        String hex = java.util.HexFormat.of().formatHex(Digests.sha256().digest(pack));
        return "packs/" + hex.substring(0, 2) + "/" + hex;
    }

    @Test
    void garbageUnderItsOwnHashGetsNoParityAndBlocksNothing() throws PluginException {
        byte[] garbage = Scene.noise(3, 30_000);
        scene.destination.replace(nameOf(garbage), garbage);
        for (int i = 0; i < 2; i++) {
            assertThat(verify().backups()).allMatch(BackupHealth::whole);
            assertThat(scene.destination.keys("parity/")).doesNotContain(parityOf(nameOf(garbage)));
        }
        assertThat(vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT).state()).isEqualTo(CollectReport.State.DONE);
        assertRestores(vault);
    }

    @Test
    void garbageWithParityBlocksNeitherAVerificationNorACollection() throws Exception {
        byte[] garbage = Scene.noise(3, 30_000);
        String name = nameOf(garbage);
        Id id = Id.of(Digests.sha256().digest(garbage));
        KeyRing keys = new KeyRing(KeyCodec.parts(scene.keys.readerKeys()));
        scene.destination.replace(name, garbage);
        scene.destination.replace(
                parityOf(name), ParityObject.encode(keys, id, garbage.length, BlockSource.of(garbage), 20));
        assertThat(verify().findings()).isEmpty();
        flip(name, 77);
        harmAll();

        VerifyReport report = verify();

        assertThat(report.findings())
                .filteredOn(f -> f.key().equals(name))
                .extracting(VerifyReport.Finding::remedy)
                .containsExactly(Remedy.NONE);
        assertThat(report.backups()).allMatch(BackupHealth::whole);
        assertThat(vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT).state()).isEqualTo(CollectReport.State.DONE);
        assertRestores(vault);
    }

    @Test
    void whatWasReadBeforeAnotherThreadMendedThePackIsNotKept() throws PluginException {
        String name = packs().get(0);
        byte[] good = scene.destination.get(name).clone();
        Id pack = Id.of(Digests.sha256().digest(good));
        flip(name, 300);
        PackReader reader =
                new PackReader(new Objects(scene.destination), new KeyRing(KeyCodec.parts(scene.keys.readerKeys())));
        scene.destination.hook = (operation, key) -> {
            scene.destination.hook = (o, k) -> {};
            assertThat(reader.mend(pack, CONTEXT)).isTrue();
        };
        reader.near(pack, 200, 200, CONTEXT);
        assertThat(reader.near(pack, 200, 200, CONTEXT)).isEqualTo(Arrays.copyOfRange(good, 200, 400));
    }

    @Test
    void whatIsBeyondTheParityIsSaidToBeLost() throws PluginException {
        String pack = packs().get(0);
        truncate(pack, scene.destination.get(pack).length / 2);
        VerifyReport report = verify();
        assertThat(report.findings())
                .extracting(f -> f.key() + " " + f.remedy())
                .containsExactly(pack + " TOO_MUCH_DAMAGE");
        assertThat(report.backups()).hasSize(1).noneMatch(BackupHealth::whole);
    }

    @Test
    void aPackWhoseParityIsLostTooIsLost() throws PluginException {
        String pack = packs().get(0);
        flip(pack, 60);
        scene.destination.remove(parityOf(pack));
        VerifyReport report = verify();
        assertThat(report.findings().get(0).remedy()).isEqualTo(Remedy.NONE);
        assertThat(report.backups()).noneMatch(BackupHealth::whole);
    }

    @Test
    void whoOnlyReadsIsToldWhatCouldBeRepaired() throws PluginException {
        harmAll();
        List<String> before = scene.destination.keys("");
        try (Vault reading =
                scene.factory("node-r").openForReading(scene.destination, scene.keys.readerKeys(), CONTEXT)) {
            VerifyReport report = reading.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
            assertThat(report.findings()).isNotEmpty().allMatch(f -> f.remedy() == Remedy.REPAIRABLE);
            assertThat(report.backups()).allMatch(BackupHealth::whole);
            assertRestores(reading);
        }
        assertThat(scene.destination.keys("")).isEqualTo(before);
    }

    @Test
    void withoutAnIndexDamagedPacksTellWhatTheyHoldByTheirParity() throws PluginException {
        List.copyOf(scene.destination.keys("index/")).forEach(scene.destination::remove);
        harmAll();
        assertRestores(scene.vault);
        assertThat(verify().backups()).allMatch(BackupHealth::whole);
    }

    @Test
    void verificationAddsParityWhereItIsMissingAndRenewsWhatIsDamaged() throws PluginException {
        scene.backup(scene.vault, "vm-2", new FakeTree().file("x", Scene.noise(8, 200_000)));
        int missing = packs().size() - scene.destination.keys("parity/").size();
        String parity = scene.destination.keys("parity/").get(0);
        byte[] good = scene.destination.get(parity);
        flip(parity, good.length / 2);
        VerifyReport report = verify();
        assertThat(report.parityAdded()).isEqualTo(missing + 1);
        assertThat(report.findings()).extracting(VerifyReport.Finding::key).containsExactly(parity);
        assertThat(report.backups()).isEmpty();
        assertThat(scene.destination.get(parity)).isEqualTo(good);
        assertThat(scene.destination.keys("parity/")).hasSize(packs().size());
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void aCollectionDeletesParityWithItsPackAndWhatHasNone() throws PluginException {
        scene.destination.replace(
                "parity/ab/ab" + "0".repeat(62),
                scene.destination.get(scene.destination.keys("parity/").get(0)));
        vault.forget(List.of(backup.id()), CONTEXT);
        vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(packs()).isEmpty();
        assertThat(scene.destination.keys("parity/")).isEmpty();
    }

    @Test
    void rewrittenPacksHaveParity() throws PluginException {
        FakeDisk disk = new FakeDisk(1_000_000);
        disk.write(0, Scene.noise(1, 800_000));
        BackupSummary first = scene.backup(vault, "vm-3", disk);
        for (int chunk = 0; chunk < 190; chunk += 2) {
            disk.write(chunk * 4096, Scene.noise(chunk + 2, 4096)); // so that half of each pack is dead
        }
        scene.backup(vault, "vm-3", disk);
        vault.forget(List.of(first.id()), CONTEXT);
        assertThat(vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT).rewrittenPacks())
                .isPositive();
        assertThat(scene.destination.keys("parity/"))
                .containsExactlyElementsOf(
                        packs().stream().map(RepairTest::parityOf).toList());
    }

    @Test
    void aBackupDoesNotFailBecauseItsParityCannotBeStored() throws PluginException {
        scene.destination.hook = (operation, key) -> {
            if (operation.equals("put") && key.startsWith("parity/")) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "not now");
            }
        };
        FakeTree other = new FakeTree().file("x", Scene.noise(8, 200_000));
        BackupSummary second = scene.backup(vault, "vm-2", other);
        scene.destination.hook = (operation, key) -> {};
        Scene.assertSame(Scene.restore(vault, second.id(), List.of()), other);
        assertThat(verify().parityAdded()).isPositive();
    }

    @Test
    void aRepairThatDiesAnywhereIsDoneByTheNextOne() throws PluginException {
        harmAll();
        var harmed = new java.util.TreeMap<>(scene.destination.objects);
        for (int step = 1; ; step++) {
            scene.destination.objects.clear();
            scene.destination.objects.putAll(harmed);
            scene.destination.operations.set(0);
            scene.destination.diesAt = step;
            scene.destination.dyingPutArrives = step % 2 == 0;
            boolean died = false;
            try {
                verify();
            } catch (PluginException e) {
                died = true;
            }
            scene.destination.diesAt = Integer.MAX_VALUE;
            if (!died && scene.destination.operations.get() < step) {
                break;
            }
            VerifyReport report = verify();
            assertThat(report.backups()).as("step " + step).allMatch(BackupHealth::whole);
            vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            assertThat(verify().findings()).as("step " + step).isEmpty();
            assertRestores(vault);
        }
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.maintain.HealthLog;
import io.holdfast.core.vault.internal.store.Objects;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossTest {

    @TempDir
    Path directory;

    Scene scene;
    FakeTree tree;
    BackupSummary backup;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
        tree = Scene.sampleTree();
        backup = scene.backup(tree);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private VerifyReport verify() throws PluginException {
        return scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
    }

    private String dataPack() {
        return scene.destination.keys("packs/").stream()
                .filter(k -> scene.destination.get(k)[5] == 1)
                .findFirst()
                .orElseThrow();
    }

    private String metaPack() {
        return scene.destination.keys("packs/").stream()
                .filter(k -> scene.destination.get(k)[5] == 2)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLostPackIsNamedNotTrustedAndHealedByTheNextBackup() throws PluginException {
        String lost = dataPack();
        scene.destination.remove(lost);
        VerifyReport report = verify();

        assertThat(report.findings()).extracting(VerifyReport.Finding::key).containsExactly(lost);
        assertThat(report.findings().get(0).state()).isEqualTo(VerifyReport.State.MISSING);
        assertThat(report.backups()).hasSize(1);
        assertThat(report.backups().get(0).lostChunks()).isPositive();
        assertThat(report.backups().get(0).lostParts()).isNotEmpty();

        tree.opened.set(0);
        BackupSummary second = scene.backup(tree);
        assertThat(tree.opened.get()).isPositive();
        Scene.assertSame(scene.restore(second.id()), tree);
        assertThat(scene.vault.health(CONTEXT)).allMatch(BackupHealth::whole);
        Scene.assertSame(scene.restore(backup.id()), tree);

        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        Scene.assertSame(scene.restore(backup.id()), tree);
        tree.opened.set(0);
        scene.backup(tree);
        assertThat(tree.opened.get()).isZero();
    }

    @Test
    void aLostListingIsHealedToo() throws PluginException {
        scene.destination.remove(metaPack());
        VerifyReport report = verify();
        assertThat(report.backups()).hasSize(1);
        assertThat(report.backups().get(0).whole()).isFalse();
        BackupSummary second = scene.backup(tree);
        Scene.assertSame(scene.restore(second.id()), tree);
        assertThat(scene.vault.health(CONTEXT)).allMatch(BackupHealth::whole);
    }

    @Test
    void withoutTheIndexEverythingIsFoundByTheTablesOfThePacks() throws PluginException {
        for (String segment : List.copyOf(scene.destination.keys("index/"))) {
            scene.destination.remove(segment);
        }

        Scene.assertSame(scene.restore(backup.id()), tree);
        assertThat(verify().backups()).allMatch(BackupHealth::whole);
    }

    @Test
    void whatIsNotInADamagedPackStaysReadable() throws PluginException {
        String lost = dataPack();
        byte[] bytes = scene.destination.get(lost).clone();
        bytes[bytes.length / 2] ^= 1;
        scene.destination.replace(lost, bytes);

        FakeTarget target = new FakeTarget();
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            RestoreReport report = reader.restoreTree("root", List.of(), target, NO_PROGRESS, CONTEXT);
            assertThat(report.problems()).isNotEmpty();
        }
        assertThat(target.files.size()).isBetween(1, 44);
        target.files.forEach((path, content) ->
                assertThat(content).isEqualTo(tree.nodes.get(path).content()));
        assertThat(verify().findings().get(0).state()).isEqualTo(VerifyReport.State.DAMAGED);
    }

    @Test
    void truncatedSwappedAndForeignObjectsAreNamed() throws PluginException {
        BackupSummary second = scene.backup(scene.vault, "vm-2", new FakeTree().file("x", Scene.noise(8, 200_000)));
        List<String> packs = scene.destination.keys("packs/");
        String a = packs.get(0);
        String b = packs.get(1);
        String c = packs.get(2);
        byte[] first = scene.destination.get(a);
        scene.destination.replace(a, Arrays.copyOf(first, first.length - 7));
        scene.destination.replace(b, scene.destination.get(c));
        List<String> manifests = scene.destination.keys("manifests/");
        byte[] other = scene.destination.get(manifests.get(1));
        scene.destination.replace(manifests.get(0), other);
        List<String> segments = scene.destination.keys("index/");
        scene.destination.replace(segments.get(0), scene.destination.get(segments.get(1)));

        var found = verify().findings();
        assertThat(found)
                .extracting(f -> f.key() + " " + f.state())
                .contains(
                        a + " TRUNCATED", b + " SWAPPED", manifests.get(0) + " SWAPPED", segments.get(0) + " SWAPPED");
        assertThat(scene.vault.backups(CONTEXT)).hasSize(1);
        assertThat(second.id()).isNotNull();
        assertThat(verify().backups())
                .filteredOn(h -> !h.whole())
                .extracting(h -> "manifests/" + h.backup().value().replace('.', '/'))
                .contains(manifests.get(0));
    }

    @Test
    void everySingleFlippedBitInAManifestIsFound() throws PluginException {
        String key = scene.destination.keys("manifests/").get(0);
        byte[] good = scene.destination.get(key);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 << (i & 7));
            scene.destination.replace(key, bad);
            assertThatThrownBy(() -> scene.vault.read(backup.id(), CONTEXT))
                    .as("byte " + i)
                    .isInstanceOf(PluginException.class);
        }
        for (int length = 0; length < good.length; length++) {
            scene.destination.replace(key, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> scene.vault.read(backup.id(), CONTEXT))
                    .as("length " + length)
                    .isInstanceOf(PluginException.class);
        }
    }

    @Test
    void anIndexThatIsGoneComesBackFromThePacks() throws PluginException {
        scene.destination.keys("index/").forEach(scene.destination::remove);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(scene.destination.keys("index/")).hasSize(1);
        Scene.assertSame(scene.restore(backup.id()), tree);
        tree.signatures = false;
        assertThat(scene.backup(tree).stats().newChunks()).isZero();
    }

    @Test
    void theDestinationAndTheRecoveryKeyAreEnough() throws PluginException {
        VaultFactory elsewhere = scene.factory("a-new-machine");
        assertThatThrownBy(() -> elsewhere.unlock(
                        scene.destination, RecoveryKey.generate(new java.security.SecureRandom()), CONTEXT))
                .hasMessageContaining("not the recovery key");
        RecoveryKey typed = RecoveryKey.parse(scene.keys.recoveryKey().print().toLowerCase(java.util.Locale.ROOT));
        ReaderKeys keys = elsewhere.unlock(scene.destination, typed, CONTEXT);
        assertThatThrownBy(() -> elsewhere.open(scene.destination, keys, "new", CONTEXT))
                .hasMessageContaining("adopt");
        elsewhere.adopt(scene.destination, keys, "new", CONTEXT);
        try (Vault vault = elsewhere.open(scene.destination, keys, "new", CONTEXT)) {
            BackupSummary found = vault.backups(CONTEXT).get(0);
            assertThat(found.instanceId()).contains("vm-1");
            Scene.assertSame(Scene.restore(vault, found.id(), List.of()), tree);
        }
        assertThatThrownBy(() -> scene.open("node", scene.keys.writerKeys())).isInstanceOf(PluginException.class);
    }

    @Test
    void aPassphraseOpensTheVaultAndAWrongOneSaysSo() throws PluginException {
        MemoryDestination destination = new MemoryDestination();
        VaultFactory factory = scene.factory("node");
        NewVault created =
                factory.create(destination, Scene.SMALL, "appliance", "correct horse".toCharArray(), CONTEXT);
        assertThat(factory.unlock(destination, "correct horse".toCharArray(), CONTEXT)
                        .encoded())
                .isEqualTo(created.readerKeys().encoded());
        assertThatThrownBy(() -> factory.unlock(destination, "wrong".toCharArray(), CONTEXT))
                .hasMessageContaining("passphrase");
        assertThatThrownBy(() -> factory.create(destination, Scene.SMALL, "appliance", null, CONTEXT))
                .hasMessageContaining("already");
        assertThat(Optional.of(created.identity())).isEqualTo(factory.probe(destination, CONTEXT));
    }

    @Test
    void aRotationReadsEveryPackOnce() throws PluginException {
        scene.backup(scene.vault, "vm-2", new FakeTree().file("x", Scene.noise(8, 900_000)));
        long packs = 0;
        for (int slice = 0; slice < 5; slice++) {
            packs += scene.vault
                    .verify(VerifyScope.rotation(slice, 5), NO_PROGRESS, CONTEXT)
                    .packs();
        }
        assertThat(packs).isEqualTo(scene.destination.keys("packs/").size());
        assertThat(EntryPath.ROOT.isRoot()).isTrue();
    }

    @Test
    void aMissingPackThatNothingNeedsAnyMoreIsNoFindingAfterTheNextCollection() throws PluginException {
        scene.destination.remove(dataPack());
        verify();
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(verify().findings()).as("not healed yet").hasSize(1);
        scene.backup(tree);

        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);

        assertThat(lostNow()).isEmpty();
        assertThat(verify().findings()).isEmpty();
        Scene.assertSame(scene.restore(backup.id()), tree);
    }

    @Test
    void aMissingPackIsNotForgottenAsLongAsABackupNeedsIt() throws PluginException {
        scene.destination.remove(dataPack());
        verify();

        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);

        assertThat(lostNow()).hasSize(1);
        tree.opened.set(0);
        BackupSummary healed = scene.backup(tree);
        assertThat(tree.opened.get()).isPositive();
        Scene.assertSame(scene.restore(healed.id()), tree);
    }

    @Test
    void aBackupThatIsCommittedByASessionFromBeforeKeepsTheRecordOfWhatItLacks() throws PluginException {
        String pack = dataPack();
        scene.vault.forget(List.of(backup.id()), CONTEXT);
        try (WriteSession session = scene.vault.begin(scene.request("vm-2", Optional.empty()), CONTEXT)) {
            scene.destination.remove(pack);
            boolean[] committed = {false};
            scene.destination.hook = (operation, key) -> {
                if (operation.equals("put") && key.endsWith("-wait") && !committed[0]) {
                    committed[0] = true;
                    Scene.run(session, Map.of(), Optional.empty(), tree);
                }
            };
            scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            scene.destination.hook = (operation, key) -> {};
            assertThat(committed[0]).isTrue();
        }
        assertThat(lostNow()).hasSize(1);
    }

    private Map<?, ?> lostNow() throws PluginException {
        KeyRing keys = new KeyRing(KeyCodec.parts(scene.keys.readerKeys()));
        return new HealthLog(new Objects(scene.destination), keys).lost(CONTEXT);
    }
}

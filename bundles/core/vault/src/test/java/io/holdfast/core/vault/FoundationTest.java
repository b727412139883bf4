package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The few small objects without which nothing opens: none of them is the only one. */
class FoundationTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir
    Path directory;

    Scene scene;
    VaultFactory factory;
    FakeTree tree = Scene.sampleTree();
    BackupSummary backup;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
        factory = scene.factory("node");
        backup = scene.backup(tree);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void opensAndReads() throws PluginException {
        ReaderKeys keys = factory.unlock(scene.destination, scene.keys.recoveryKey(), CONTEXT);
        try (Vault vault = factory.openForReading(scene.destination, keys, CONTEXT)) {
            Scene.assertSame(Scene.restore(vault, backup.id(), List.of()), tree);
        }
    }

    private VerifyReport verify() throws PluginException {
        return scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
    }

    private String spare() {
        return scene.destination.keys("spare/").get(0);
    }

    /** An object with a bit flipped at a place, while something is tried. */
    private void flipped(String key, int place, Trial trial) throws PluginException {
        byte[] good = scene.destination.get(key);
        byte[] bad = good.clone();
        bad[place] ^= 4;
        scene.destination.replace(key, bad);
        trial.run();
        scene.destination.replace(key, good);
    }

    private interface Trial {
        void run() throws PluginException;
    }

    @Test
    void whatever_bit_of_the_descriptor_is_flipped_it_opens_and_goes_on() throws Exception {
        for (String key : List.of("vault.hf", spare())) {
            for (int place = 0; place < scene.destination.get(key).length; place += 3) {
                flipped(key, place, () -> {
                    opensAndReads();
                    try (Vault vault = scene.open("another", scene.keys.writerKeys())) {
                        assertThat(vault.backups(CONTEXT)).hasSize(1);
                    }
                });
            }
        }
    }

    @Test
    void without_its_descriptor_it_opens_and_verification_writes_that_again() throws Exception {
        byte[] descriptor = scene.destination.get("vault.hf");
        scene.destination.remove("vault.hf");

        opensAndReads();
        assertThatThrownBy(() -> factory.create(scene.destination, Scene.SMALL, "appliance", null, CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS));
        VerifyReport report = verify();

        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.key()).isEqualTo("vault.hf");
            assertThat(finding.state()).isEqualTo(VerifyReport.State.MISSING);
            assertThat(finding.remedy()).isEqualTo(VerifyReport.Remedy.REPAIRED);
        });
        assertThat(scene.destination.get("vault.hf")).isEqualTo(descriptor);
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void a_damaged_descriptor_is_named_and_its_other_copy_written_again() throws Exception {
        String spare = spare();
        byte[] good = scene.destination.get(spare);
        scene.destination.remove(spare);
        verify();
        assertThat(scene.destination.get(spare)).isEqualTo(good);

        flipped("vault.hf", 100, () -> assertThat(verify().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.remedy()).isEqualTo(VerifyReport.Remedy.REPAIRED)));
        flipped(spare, 100, () -> assertThat(verify().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.key()).isEqualTo(spare)));
    }

    @Test
    void both_gone_are_written_again_by_who_has_the_vault_open() throws Exception {
        scene.destination.remove("vault.hf");
        scene.destination.remove(spare());

        verify();

        opensAndReads();
        try (Vault vault = scene.open("another", scene.keys.readerKeys())) {
            assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                    .isEmpty();
        }
    }

    @Test
    void a_damaged_adoption_stops_writers_until_it_is_repeated_and_no_reader() throws Exception {
        factory.adopt(scene.destination, scene.keys.readerKeys(), "successor", CONTEXT);
        String owner = scene.destination.keys("owner/").get(0);
        byte[] bytes = scene.destination.get(owner).clone();
        bytes[30] ^= 1;
        scene.destination.replace(owner, bytes);

        opensAndReads();
        assertThatThrownBy(() -> factory.open(scene.destination, scene.keys.writerKeys(), "successor", CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("adopt");
        factory.adopt(scene.destination, scene.keys.readerKeys(), "successor", CONTEXT);
        factory.open(scene.destination, scene.keys.writerKeys(), "successor", CONTEXT)
                .close();
    }

    @Test
    void a_vault_that_a_later_version_made_its_own_is_refused_and_not_called_damaged() throws Exception {
        factory.adopt(scene.destination, scene.keys.readerKeys(), "successor", CONTEXT);
        String owner = scene.destination.keys("owner/").get(0);
        byte[] later = scene.destination.get(owner).clone();
        later[4] = 2;
        KeyRing keys = new KeyRing(KeyCodec.parts(scene.keys.readerKeys()));
        byte[] mac = keys.objectMac("", owner, later, later.length - 32);
        System.arraycopy(mac, 0, later, later.length - 32, 32);
        scene.destination.replace(owner, later);

        assertThatThrownBy(() -> factory.openForReading(scene.destination, scene.keys.readerKeys(), CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("newer version");
    }

    @Test
    void no_single_key_object_is_the_last_way_in() throws Exception {
        MemoryDestination destination = new MemoryDestination();
        NewVault made = factory.create(destination, Scene.SMALL, "appliance", PASSPHRASE.toCharArray(), CONTEXT);
        NewShares shares = NewShares.make(made.readerKeys(), 2, 3, new SecureRandom());
        factory.addSlot(destination, made.readerKeys(), shares.slot(), "appliance", CONTEXT);
        factory.addSlot(destination, made.readerKeys(), shares.slot(), "appliance", CONTEXT);
        List<String> slots = destination.keys("keys/");
        assertThat(slots).hasSize(6);

        for (String slot : slots) {
            byte[] good = destination.get(slot);
            List<Consumer<String>> harms =
                    List.of(destination::remove, key -> destination.replace(key, new byte[3]), key -> {
                        byte[] bad = good.clone();
                        bad[bad.length - 20] ^= 1;
                        destination.replace(key, bad);
                    });
            for (Consumer<String> harm : harms) {
                harm.accept(slot);
                factory.unlock(destination, made.recoveryKey(), CONTEXT);
                factory.unlock(destination, shares.shares().subList(0, 2), CONTEXT);
                destination.replace(slot, good);
            }
        }
        destination.remove(slots.get(2));
        factory.unlock(destination, PASSPHRASE.toCharArray(), CONTEXT);
    }

    @Test
    void a_rotated_vault_has_every_slot_twice_and_a_damaged_one_is_named() throws Exception {
        factory.rotate(
                scene.destination,
                scene.keys.readerKeys(),
                Rotation.with(scene.keys.recoveryKey()),
                "appliance",
                CONTEXT);
        List<String> slots = scene.destination.keys("keys/");
        assertThat(slots).hasSize(4);
        byte[] bad = scene.destination.get(slots.get(3)).clone();
        bad[bad.length - 20] ^= 1;
        scene.destination.replace(slots.get(3), bad);

        opensAndReads();
        assertThat(verify().findings()).singleElement().satisfies(finding -> assertThat(finding.message())
                .contains(slots.get(2), slots.get(3), "Rotate"));
    }
}

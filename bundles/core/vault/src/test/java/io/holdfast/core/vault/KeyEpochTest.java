package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.crypto.Hpke;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.crypto.KeySlot;
import io.holdfast.core.vault.internal.keys.EpochRecord;
import io.holdfast.core.vault.internal.store.ObjectNames;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation of keys: what reads what, and what a crash leaves. */
class KeyEpochTest {

    private static final String PASSPHRASE = "correct horse";

    @TempDir
    Path directory;

    Scene scene;
    VaultFactory factory;
    RecoveryKey key;
    ReaderKeys first;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(directory);
        factory = scene.factory("other");
        key = scene.keys.recoveryKey();
        first = scene.keys.readerKeys();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private ReaderKeys rotate(ReaderKeys keys, Rotation rotation) throws PluginException {
        return factory.rotate(scene.destination, keys, rotation, "appliance", CONTEXT);
    }

    private BackupSummary backup(VaultKeys keys, FakeTree tree) throws PluginException {
        try (Vault vault = scene.open("writer", keys)) {
            return scene.backup(vault, "vm-1", tree);
        }
    }

    private void assertReads(ReaderKeys keys, BackupSummary backup, FakeTree tree) throws PluginException {
        try (Vault vault = factory.openForReading(scene.destination, keys, CONTEXT)) {
            Scene.assertSame(Scene.restore(vault, backup.id(), List.of()), tree);
        }
    }

    private void assertDoesNotRead(ReaderKeys keys, BackupSummary backup) throws PluginException {
        try (Vault vault = factory.openForReading(scene.destination, keys, CONTEXT)) {
            assertThatThrownBy(() -> Scene.restore(vault, backup.id(), List.of()))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION))
                    .hasMessageContaining("key epoch");
            assertThat(vault.backups(CONTEXT)).extracting(BackupSummary::id).contains(backup.id());
        }
    }

    @Test
    void after_two_rotations_the_same_recovery_key_reads_backups_of_all_epochs() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary one = backup(first, tree);
        ReaderKeys second = rotate(first, Rotation.with(key));
        FakeTree more = Scene.sampleTree().file("zmore", Scene.noise(9, 30_000));
        BackupSummary two = backup(second.writerKeys(), more);
        ReaderKeys third = rotate(second, Rotation.with(key));
        FakeTree most = Scene.sampleTree().file("zmore", Scene.noise(10, 31_000));
        BackupSummary three = backup(third.writerKeys(), most);

        ReaderKeys unlocked = factory.unlock(scene.destination, key, CONTEXT);
        assertThat(unlocked.encoded()).isEqualTo(third.encoded());
        assertThat(unlocked.epoch()).isEqualTo(3);
        assertThat(two.stats().newChunks()).isLessThan(one.stats().newChunks());
        assertReads(unlocked, one, tree);
        assertReads(unlocked, two, more);
        assertReads(unlocked, three, most);
        assertThat(scene.open("server", unlocked).backups(CONTEXT))
                .extracting(BackupSummary::instanceId)
                .containsOnly(Optional.of("vm-1"));
    }

    @Test
    void keys_that_leaked_before_a_rotation_read_nothing_that_was_written_after_it() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary before = backup(first, tree);
        ReaderKeys second = rotate(first, Rotation.with(key));
        BackupSummary after = backup(second.writerKeys(), Scene.sampleTree().file("znew", Scene.noise(3, 5_000)));

        assertReads(first, before, tree);
        assertDoesNotRead(first, after);
    }

    @Test
    void a_node_with_earlier_writer_keys_goes_on_and_everything_is_read() throws Exception {
        WriterKeys old = first.writerKeys();
        ReaderKeys second = rotate(first, Rotation.with(key));
        FakeTree tree = Scene.sampleTree();
        BackupSummary late = backup(old, tree);
        FakeTree changed = Scene.sampleTree().file("znew", Scene.noise(5, 9_000));
        BackupSummary newer = backup(second.writerKeys(), changed);
        BackupSummary latest = backup(old, tree);

        assertReads(second, late, tree);
        assertReads(second, newer, changed);
        assertReads(second, latest, tree);
        scene.clock.millis += 1;
        scene.vault.forget(List.of(late.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertReads(second, newer, changed);
    }

    @Test
    void every_way_that_was_given_opens_the_new_epoch() throws Exception {
        MemoryDestination destination = new MemoryDestination();
        NewVault made = factory.create(destination, Scene.SMALL, "appliance", PASSPHRASE.toCharArray(), CONTEXT);
        NewShares shares = NewShares.make(made.readerKeys(), 2, 3, new SecureRandom());
        factory.addSlot(destination, made.readerKeys(), shares.slot(), "appliance", CONTEXT);

        assertThatThrownBy(() -> factory.rotate(
                        destination, made.readerKeys(), Rotation.with(made.recoveryKey()), "appliance", CONTEXT))
                .hasMessageContaining("has a passphrase");
        Rotation wrong = new Rotation(made.recoveryKey(), false, "wrong", false, shares.shares(), false);
        assertThatThrownBy(() -> factory.rotate(destination, made.readerKeys(), wrong, "appliance", CONTEXT))
                .hasMessageContaining("not the passphrase");
        Rotation without = new Rotation(made.recoveryKey(), false, PASSPHRASE, false, List.of(), false);
        assertThatThrownBy(() -> factory.rotate(destination, made.readerKeys(), without, "appliance", CONTEXT))
                .hasMessageContaining(shares.set() + " (2 of 3)");
        assertThat(destination.keys("epochs/")).isEmpty();

        Rotation all = new Rotation(
                made.recoveryKey(), false, PASSPHRASE, false, shares.shares().subList(0, 2), false);
        ReaderKeys second = factory.rotate(destination, made.readerKeys(), all, "appliance", CONTEXT);

        assertThat(factory.unlock(destination, made.recoveryKey(), CONTEXT).encoded())
                .isEqualTo(second.encoded());
        assertThat(factory.unlock(destination, PASSPHRASE.toCharArray(), CONTEXT)
                        .encoded())
                .isEqualTo(second.encoded());
        assertThat(factory.unlock(destination, shares.shares().subList(1, 3), CONTEXT)
                        .encoded())
                .isEqualTo(second.encoded());
    }

    @Test
    void a_new_recovery_key_takes_the_place_of_the_earlier_one_which_still_reads_earlier_backups() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary before = backup(first, tree);
        RecoveryKey fresh = RecoveryKey.generate(new SecureRandom());
        ReaderKeys second = rotate(first, new Rotation(fresh, true, null, false, List.of(), false));
        BackupSummary after = backup(second.writerKeys(), Scene.sampleTree().file("znew", Scene.noise(3, 5_000)));

        ReaderKeys old = factory.unlock(scene.destination, key, CONTEXT);
        assertThat(old.epoch()).isEqualTo(1);
        assertReads(old, before, tree);
        assertDoesNotRead(old, after);
        assertThatThrownBy(() -> factory.adopt(scene.destination, old, "another", CONTEXT))
                .hasMessageContaining("opens key epoch 1, and the vault has epoch 2");
        assertReads(factory.unlock(scene.destination, fresh, CONTEXT), before, tree);
        assertThatThrownBy(() -> rotate(second, Rotation.with(key))).hasMessageContaining("not the recovery key");
    }

    @Test
    void a_crash_at_each_step_leaves_a_usable_vault_and_the_next_rotation_succeeds() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary before = backup(first, tree);
        TreeMap<String, byte[]> start = picture();
        int steps = 0;
        for (boolean arrives : new boolean[] {false, true}) {
            for (int step = 1; ; step++) {
                restore(start);
                scene.destination.dyingPutArrives = arrives;
                scene.destination.diesAt = scene.destination.operations.get() + step;
                boolean done = attempt();
                scene.destination.diesAt = Integer.MAX_VALUE;
                assertUsable(before, tree);
                if (done) {
                    break;
                }
                steps++;
            }
        }
        assertThat(steps).isGreaterThanOrEqualTo(16);
    }

    private boolean attempt() {
        try {
            rotate(first, Rotation.with(key));
            return true;
        } catch (PluginException e) {
            return false;
        }
    }

    /** With the old keys, with the recovery key, and by rotating again; nothing is lost in between. */
    private void assertUsable(BackupSummary before, FakeTree tree) throws PluginException {
        FakeTree changed = Scene.sampleTree().file("zafter", Scene.noise(7, 3_000));
        BackupSummary after = backup(first.writerKeys(), changed);
        ReaderKeys unlocked = factory.unlock(scene.destination, key, CONTEXT);
        assertReads(unlocked, before, tree);
        assertReads(unlocked, after, changed);
        ReaderKeys next = rotate(first, Rotation.with(key));
        assertThat(next.epoch()).isGreaterThan(1);
        BackupSummary last = backup(next.writerKeys(), tree);
        assertReads(factory.unlock(scene.destination, key, CONTEXT), last, tree);
        assertReads(next, after, changed);
    }

    private TreeMap<String, byte[]> picture() {
        TreeMap<String, byte[]> picture = new TreeMap<>();
        scene.destination.keys("").forEach(k -> picture.put(k, scene.destination.get(k)));
        return picture;
    }

    private void restore(TreeMap<String, byte[]> picture) {
        new ArrayList<>(scene.destination.keys("")).forEach(scene.destination::remove);
        picture.forEach(scene.destination::replace);
    }

    @Test
    void a_rotation_that_was_committed_and_whose_answer_was_lost_is_taken_up() throws Exception {
        ReaderKeys second = rotate(first, Rotation.with(key));
        ReaderKeys again = rotate(first, Rotation.with(key));
        assertThat(again.encoded()).isEqualTo(second.encoded());
        assertThat(scene.destination.keys("epochs/")).containsExactly("epochs/0000000002");
    }

    @Test
    void a_damaged_record_of_an_epoch_leaves_every_backup_readable_with_the_recovery_key() throws Exception {
        FakeTree tree = Scene.sampleTree();
        BackupSummary before = backup(first, tree);
        ReaderKeys second = rotate(first, Rotation.with(key));
        BackupSummary after = backup(second.writerKeys(), tree);
        byte[] record = scene.destination.get("epochs/0000000002");
        for (int i = 0; i < record.length; i += 7) {
            byte[] bad = record.clone();
            bad[i] ^= 0x20;
            scene.destination.replace("epochs/0000000002", bad);
            ReaderKeys unlocked = factory.unlock(scene.destination, key, CONTEXT);
            assertReads(unlocked, before, tree);
            assertReads(unlocked, after, tree);
        }
    }

    @Test
    void the_record_of_another_vaults_epoch_is_not_believed() throws Exception {
        ReaderKeys foreign;
        try (Scene other = new Scene(directory.resolve("other"))) {
            foreign = factory.rotate(
                    other.destination,
                    other.keys.readerKeys(),
                    Rotation.with(other.keys.recoveryKey()),
                    "appliance",
                    CONTEXT);
            scene.destination.replace("epochs/0000000002", other.destination.get("epochs/0000000002"));
        }
        assertThat(foreign.epoch()).isEqualTo(2);
        assertThat(factory.unlock(scene.destination, key, CONTEXT).encoded()).isEqualTo(first.encoded());
        ReaderKeys third = rotate(first, Rotation.with(key));
        assertThat(third.epoch()).isEqualTo(3);
        assertThat(factory.unlock(scene.destination, key, CONTEXT).encoded()).isEqualTo(third.encoded());
    }

    /** A record with the MAC that every writer can make, with a key pair of its own. */
    private void forge(int epoch) throws Exception {
        Hpke.Pair pair = Hpke.generate();
        KeyCodec.Parts own = KeyCodec.parts(first.writerKeys());
        KeyCodec.Parts forged = new KeyCodec.Parts(
                own.vaultId(), epoch, own.dedupSecret(), pair.publicKey(), pair.privateKey(), List.of());
        byte[] record = EpochRecord.of(forged).encode(new KeyRing(own));
        scene.destination.replace(EpochRecord.key(epoch).value(), record);
    }

    private String slot(int epoch, int number) {
        return ObjectNames.keySlot(scene.keys.identity().vaultId(), epoch, number)
                .value();
    }

    @Test
    void the_last_epoch_forged_with_the_right_mac_stops_no_rotation_no_adoption_and_no_new_shares() throws Exception {
        forge(9_999);
        scene.destination.replace(slot(9_999, 0), new byte[] {1, 2, 3});
        scene.destination.replace(slot(9_998, 0), new byte[2_000]);

        NewShares shares = NewShares.make(first, 2, 2, new SecureRandom());
        factory.addSlot(scene.destination, first, shares.slot(), "appliance", CONTEXT);
        factory.adopt(scene.destination, first, "appliance", CONTEXT);
        ReaderKeys second = rotate(first, new Rotation(key, false, null, false, shares.shares(), false));

        assertThat(second.epoch()).isEqualTo(2);
        assertThat(factory.unlock(scene.destination, key, CONTEXT).encoded()).isEqualTo(second.encoded());
        factory.adopt(scene.destination, second, "appliance", CONTEXT);
        assertThat(rotate(second, new Rotation(key, false, null, false, shares.shares(), false))
                        .epoch())
                .isEqualTo(3);
    }

    @Test
    void a_forged_epoch_with_a_slot_that_nobody_opens_stops_no_rotation() throws Exception {
        forge(9_999);
        KeyCodec.Parts own = KeyCodec.parts(first);
        Hpke.Pair pair = Hpke.generate();
        KeyCodec.Parts forged = new KeyCodec.Parts(
                own.vaultId(), 9_999, own.dedupSecret(), pair.publicKey(), pair.privateKey(), List.of());
        SecureRandom random = new SecureRandom();
        scene.destination.replace(slot(9_999, 0), KeySlot.wrap(forged, RecoveryKey.generate(random), random));

        assertThat(rotate(first, Rotation.with(key)).epoch()).isEqualTo(2);
    }

    @Test
    void numbers_that_are_taken_are_passed_over_by_a_rotation() throws Exception {
        forge(2);
        scene.destination.replace(slot(3, 7), new byte[10]);

        assertThat(rotate(first, Rotation.with(key)).epoch()).isEqualTo(4);
    }

    @Test
    void key_objects_that_cannot_be_parsed_stop_no_good_way_and_no_rotation() throws Exception {
        byte[] good = scene.destination.get(slot(1, 0));
        byte[] newer = good.clone();
        newer[4] = 9;
        byte[] otherType = good.clone();
        otherType[5] = 2; // asks for no iterations
        List<byte[]> foreign = List.of(newer, otherType, new byte[0], new byte[5_000], new byte[100]);
        for (int i = 0; i < foreign.size(); i++) {
            scene.destination.replace(slot(1, 5 + i), foreign.get(i));
        }

        assertThat(factory.unlock(scene.destination, key, CONTEXT).encoded()).isEqualTo(first.encoded());
        NewShares shares = NewShares.make(first, 2, 2, new SecureRandom());
        factory.addSlot(scene.destination, first, shares.slot(), "appliance", CONTEXT);
        Rotation rotation = new Rotation(key, false, null, false, shares.shares(), false);
        assertThat(rotate(first, rotation).epoch()).isEqualTo(2);
        assertThat(factory.unlock(scene.destination, shares.shares(), CONTEXT).epoch())
                .isEqualTo(2);
    }
}

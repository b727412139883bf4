package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TransferContext;
import io.holdfast.spi.destination.DestinationCapability;
import io.holdfast.spi.destination.ImmutableStore;
import io.holdfast.spi.destination.ObjectKey;
import io.holdfast.spi.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImmutableBackupsTest {

    /** Locked with each backup: descriptor and its spare, the key slot twice, the manifest. */
    private static final int SMALL_OBJECTS = 5;

    private static final Duration WEEK = Duration.ofDays(7);

    /** Objects that nobody deletes before their time. */
    private static final class LockingMemory extends MemoryDestination implements ImmutableStore {
        final Map<ObjectKey, Instant> locks = new ConcurrentHashMap<>();
        volatile Instant now = Instant.EPOCH;
        volatile int asked;
        /** Happens once, before the next lock. */
        volatile Step beforeLock = () -> {};

        interface Step {
            void run() throws PluginException;
        }

        @Override
        public Set<DestinationCapability> capabilities() {
            EnumSet<DestinationCapability> all = EnumSet.copyOf(super.capabilities());
            all.add(DestinationCapability.IMMUTABILITY);
            return all;
        }

        @Override
        public synchronized void lock(ObjectKey key, Instant until, TransferContext context) throws PluginException {
            asked++;
            Step first = beforeLock;
            beforeLock = () -> {};
            first.run();
            if (get(key.value()) == null) {
                throw new PluginException(ErrorKind.NOT_FOUND, "There is no object " + key + ".");
            }
            locks.merge(key, until, (a, b) -> a.isAfter(b) ? a : b);
        }

        @Override
        public Optional<Instant> lockedUntil(ObjectKey key, TransferContext context) {
            return Optional.ofNullable(locks.get(key)).filter(until -> until.isAfter(now));
        }

        @Override
        public void delete(ObjectKey key, TransferContext context) throws PluginException {
            if (lockedUntil(key, context).isPresent()) {
                throw new PluginException(ErrorKind.PERMISSION, key + " is locked.");
            }
            super.delete(key, context);
        }
    }

    @TempDir
    Path directory;

    private final LockingMemory store = new LockingMemory();
    private Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory, store);
        store.now = scene.clock.instant();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void pass(Duration time) {
        scene.clock.millis += time.toMillis();
        store.now = scene.clock.instant();
    }

    private BackupSummary backup(String instance, Duration immutable, Source... sources) throws PluginException {
        Optional<BackupId> previous = scene.vault.latest(instance, CONTEXT).map(BackupSummary::id);
        SessionRequest request =
                new SessionRequest(instance, previous, directory.resolve("staging-" + instance), immutable);
        try (WriteSession session = scene.vault.begin(request, CONTEXT)) {
            return Scene.run(session, Map.of(), Optional.empty(), sources);
        }
    }

    private CollectReport collect() throws PluginException {
        return scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
    }

    private int deleteWhatCanBeDeleted() {
        int refused = 0;
        for (String key : store.keys("")) {
            try {
                store.delete(ObjectKey.of(key), CONTEXT);
            } catch (PluginException e) {
                refused++;
            }
        }
        return refused;
    }

    @Test
    void whoDeletesEverythingThatCanBeDeletedDestroysNoLockedBackup() throws PluginException {
        FakeTree first = Scene.sampleTree();
        FakeTree second = Scene.sampleTree().file("var/new", Scene.noise(5, 70_000));
        backup("vm-0", Duration.ZERO, new FakeTree().file("unlocked", Scene.noise(9, 90_000)));
        backup("vm-1", Duration.ZERO, first);
        BackupSummary locked = backup("vm-1", WEEK, second);
        pass(Duration.ofDays(6));

        assertThat(deleteWhatCanBeDeleted()).isPositive();

        assertThat(store.keys("index/")).isEmpty();
        assertThat(store.keys("manifests/")).hasSize(1);
        try (Vault again = scene.open("another", scene.keys.readerKeys())) {
            assertThat(again.backups(CONTEXT)).extracting(BackupSummary::id).containsExactly(locked.id());
            Scene.assertSame(Scene.restore(again, locked.id(), List.of()), second);
            assertThat(again.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                    .isEmpty();
        }
    }

    @Test
    void parityIsLockedWithItsPacksAndSoIsWhatARepairWrites() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        try (Vault vault = scene.factory("parity")
                .open(store, scene.keys.readerKeys(), "appliance", new Redundancy(20), CONTEXT)) {
            BackupSummary backup;
            SessionRequest request =
                    new SessionRequest("vm-1", Optional.empty(), directory.resolve("staging-parity"), WEEK);
            try (WriteSession session = vault.begin(request, CONTEXT)) {
                backup = Scene.run(session, Map.of(), Optional.empty(), tree);
            }
            assertThat(store.keys("parity/")).isNotEmpty().hasSameSizeAs(store.keys("packs/"));
            for (String pack : store.keys("packs/")) {
                byte[] bytes = store.get(pack).clone();
                bytes[bytes.length / 2] ^= 1;
                store.replace(pack, bytes);
            }
            assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).count(VerifyReport.Remedy.REPAIRED))
                    .isPositive();
            for (String folder : List.of("packs/", "parity/")) {
                assertThat(store.keys(folder)).allMatch(key -> store.lockedUntil(ObjectKey.of(key), CONTEXT)
                        .isPresent());
            }
            assertThat(vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT).state())
                    .isEqualTo(CollectReport.State.DONE);
            Scene.assertSame(Scene.restore(vault, backup.id(), List.of()), tree);
            pass(Duration.ofDays(30));
            vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
            assertThat(vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT).findings())
                    .isEmpty();
            Scene.assertSame(Scene.restore(vault, backup.id(), List.of()), tree);
        }
    }

    @Test
    void aCollectionAfterSuchAnAttackLeavesTheLockedBackupWhole() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary locked = backup("vm-1", WEEK, tree);
        deleteWhatCanBeDeleted();

        assertThat(collect().state()).isEqualTo(CollectReport.State.DONE);

        Scene.assertSame(scene.restore(locked.id()), tree);
        FakeTree next = Scene.sampleTree().file("etc/zz", Scene.text(8, 900));
        Scene.assertSame(scene.restore(backup("vm-1", WEEK, next).id()), next);
    }

    @Test
    void forgettingALockedBackupIsRefusedAndNothingIsLost() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary free = backup("vm-1", Duration.ZERO, tree);
        BackupSummary locked = backup("vm-1", WEEK, tree);

        assertThat(scene.vault.locked(List.of(free.id(), locked.id()), CONTEXT)).containsOnlyKeys(locked.id());
        assertThatThrownBy(() -> scene.vault.forget(List.of(free.id(), locked.id()), CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION))
                .hasMessageContaining("1 of 2 backups are immutable");
        assertThat(scene.vault.backups(CONTEXT)).hasSize(2);

        pass(WEEK.plus(WEEK));
        assertThat(scene.vault.forget(List.of(free.id(), locked.id()), CONTEXT)).isEqualTo(2);
        assertThat(collect().deletedBytes()).isPositive();
        assertThat(store.keys("packs/")).isEmpty();
    }

    @Test
    void aCollectionCountsWhatWaitsAndTakesItLater() throws PluginException {
        BackupSummary kept = backup("vm-1", Duration.ZERO, Scene.sampleTree());
        BackupSummary gone = backup("vm-2", Duration.ZERO, new FakeTree().file("x", Scene.noise(4, 400_000)));
        Set<String> before = Set.copyOf(store.keys("packs/"));
        for (String pack : before) {
            store.lock(ObjectKey.of(pack), store.now.plus(WEEK), CONTEXT);
        }
        scene.vault.forget(List.of(gone.id()), CONTEXT);

        CollectReport report = collect();
        assertThat(report.deletedPacks()).isZero();
        assertThat(report.lockedPacks()).isPositive();
        assertThat(report.lockedBytes()).isGreaterThan(380_000);
        assertThat(store.keys("packs/")).containsExactlyInAnyOrderElementsOf(before);

        pass(WEEK.plusDays(1));
        assertThat(collect().deletedBytes()).isGreaterThan(380_000);
        Scene.assertSame(scene.restore(kept.id()), Scene.sampleTree());
    }

    @Test
    void daysOfUnchangedBackupsProlongLocksOnceInAWhile() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        Duration month = Duration.ofDays(28);
        backup("vm-1", month, tree);
        int packs = store.keys("packs/").size();
        for (int day = 1; day <= 6; day++) {
            pass(Duration.ofDays(1));
            int before = store.asked;
            BackupSummary next = backup("vm-1", month, tree);
            // at most what is new
            assertThat(store.asked - before).isLessThan(packs + SMALL_OBJECTS);
            assertLocked(next, month);
        }
        pass(Duration.ofDays(3));
        int before = store.asked;
        assertLocked(backup("vm-1", month, tree), month);
        assertThat(store.asked - before).isGreaterThanOrEqualTo(packs + SMALL_OBJECTS);
    }

    /** All that is needed can be found by deleting the rest: here, by asking for the locks of all packs. */
    private void assertLocked(BackupSummary backup, Duration time) {
        Instant until = store.now.plus(time);
        for (String pack : store.keys("packs/")) {
            assertThat(store.lockedUntil(ObjectKey.of(pack), CONTEXT).orElseThrow())
                    .isAfterOrEqualTo(until);
        }
        ObjectKey manifest = ObjectKey.of(
                "manifests/" + backup.id().instanceHash() + "/" + backup.id().session());
        assertThat(store.lockedUntil(manifest, CONTEXT).orElseThrow()).isAfterOrEqualTo(until);
        assertThat(store.lockedUntil(ObjectKey.of("vault.hf"), CONTEXT).orElseThrow())
                .isAfterOrEqualTo(until);
    }

    @Test
    void aBackupThatExistsCanBeLockedLater() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary backup = backup("vm-1", Duration.ZERO, tree);
        Instant until = scene.vault.lock(backup.id(), WEEK, CONTEXT);
        assertThat(until).isAfterOrEqualTo(store.now.plus(WEEK));
        assertLocked(backup, WEEK);
    }

    @Test
    void aReplicaInTheSameProcessIsLockedOnItsOwn() throws PluginException {
        LockingMemory second = new LockingMemory();
        second.now = store.now;
        VaultFactory factory = scene.factory("node");
        factory.replicate(store, second, scene.keys.writerKeys(), "appliance", CONTEXT);
        BackupSummary backup = backup("vm-1", WEEK, Scene.sampleTree());
        try (Vault replica = factory.open(second, scene.keys.readerKeys(), "appliance", CONTEXT)) {
            CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));
            BackupId copy = replica.copy(scene.vault, request, NO_PROGRESS, CONTEXT, CONTEXT)
                    .copy();
            replica.lock(copy, WEEK, CONTEXT);
        }
        for (LockingMemory each : List.of(store, second)) {
            assertThat(each.keys("packs/")).isNotEmpty().allMatch(key -> each.lockedUntil(ObjectKey.of(key), CONTEXT)
                    .isPresent());
        }
    }

    @Test
    void aPackThatIsWrittenAnewForALostOneIsLockedAlthoughItsBlocksWere() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        backup("vm-1", WEEK.multipliedBy(4), tree);
        store.keys("packs/").forEach(store::remove);
        scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        backup("vm-2", Duration.ZERO, tree); // heals

        BackupSummary backup = backup("vm-1", WEEK, tree);

        assertLocked(backup, WEEK);
        Scene.assertSame(scene.restore(backup.id()), tree);
    }

    @Test
    void thatIsSoAlsoIfTheLossIsForgottenMeanwhile() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        BackupSummary first = backup("vm-1", WEEK.multipliedBy(4), tree);
        store.keys("packs/").forEach(store::remove);
        scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        backup("vm-2", Duration.ZERO, tree);
        collect();

        scene.vault.lock(first.id(), WEEK, CONTEXT);

        assertLocked(first, WEEK);
    }

    @Test
    void aBackupWhosePacksAreNotThereIsNotSaidToBeLocked() throws PluginException {
        BackupSummary backup = backup("vm-1", Duration.ZERO, Scene.sampleTree());
        String pack = store.keys("packs/").get(0);
        byte[] bytes = store.get(pack);
        store.remove(pack);

        assertThatThrownBy(() -> scene.vault.lock(backup.id(), WEEK, CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_DATA))
                .hasMessageContaining("was not locked");
        assertThat(scene.vault.locked(List.of(backup.id()), CONTEXT)).isEmpty();

        store.replace(pack, bytes);
        scene.vault.lock(backup.id(), WEEK, CONTEXT);
        assertLocked(backup, WEEK);
    }

    @Test
    void whatACollectionMovesWhileItIsLockedIsLockedWhereItIsNow() throws PluginException {
        FakeDisk disk = new FakeDisk(1_000_000);
        disk.write(0, Scene.noise(1, 800_000));
        BackupSummary first = backup("vm-3", Duration.ZERO, disk);
        for (int chunk = 0; chunk < 190; chunk += 2) {
            disk.write(chunk * 4096, Scene.noise(chunk + 2, 4096)); // so that half of each pack is dead
        }
        BackupSummary second = backup("vm-3", Duration.ZERO, disk);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        store.beforeLock = () -> assertThat(collect().rewrittenPacks()).isPositive();

        scene.vault.lock(second.id(), WEEK, CONTEXT);

        assertLocked(second, WEEK);
    }

    @Test
    void aDestinationThatCannotLockIsRefusedBeforeAnythingIsRead() throws PluginException {
        try (Scene plain = new Scene(directory.resolve("plain"))) {
            SessionRequest request =
                    new SessionRequest("vm-1", Optional.empty(), directory.resolve("staging-plain"), WEEK);
            assertThatThrownBy(() -> plain.vault.begin(request, CONTEXT))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                    .hasMessageContaining("cannot lock objects");
        }
    }

    @Test
    void keysOfAVaultWithLockedBackupsAreDestroyedWholeOrNotAtAll() throws PluginException {
        VaultFactory factory = scene.factory("other");
        ReaderKeys keys = scene.keys.readerKeys();
        backup("vm-1", WEEK, Scene.sampleTree());
        // not locked, as of a rotation since
        factory.rotate(store, keys, Rotation.with(scene.keys.recoveryKey()), "appliance", CONTEXT);
        List<String> before = store.keys("");

        assertThatThrownBy(() -> factory.destroyKeys(store, keys, "appliance", CONTEXT))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PERMISSION))
                .hasMessageContaining("cannot be destroyed before 2025-06-");

        assertThat(store.keys("")).isEqualTo(before);
        pass(Duration.ofDays(10));
        assertThat(factory.destroyKeys(store, keys, "appliance", CONTEXT)).isEqualTo(5);
        assertThat(store.keys("keys/")).isEmpty();
    }

    @Test
    void theKeysOfAllEpochsAreLockedSincePacksOfEarlierOnesAreNeeded() throws PluginException {
        FakeTree tree = Scene.sampleTree();
        backup("vm-1", Duration.ZERO, tree);
        ReaderKeys second = scene.factory("other")
                .rotate(store, scene.keys.readerKeys(), Rotation.with(scene.keys.recoveryKey()), "appliance", CONTEXT);
        try (Vault vault = scene.open("rotated", second.writerKeys())) {
            Optional<BackupId> previous = vault.latest("vm-1", CONTEXT).map(BackupSummary::id);
            SessionRequest request = new SessionRequest("vm-1", previous, directory.resolve("staging-rotated"), WEEK);
            try (WriteSession session = vault.begin(request, CONTEXT)) {
                Scene.run(session, Map.of(), Optional.empty(), tree);
            }
        }

        assertThat(store.keys("keys/")).hasSize(4).allMatch(key -> store.locks.containsKey(ObjectKey.of(key)));
    }
}

package io.holdfast.core.vault.simulator;

import io.holdfast.core.vault.BackupId;
import io.holdfast.core.vault.BackupReader;
import io.holdfast.core.vault.FakeTarget;
import io.holdfast.core.vault.NewVault;
import io.holdfast.core.vault.ReaderKeys;
import io.holdfast.core.vault.Redundancy;
import io.holdfast.core.vault.RestoreReport;
import io.holdfast.core.vault.Vault;
import io.holdfast.core.vault.VaultFactory;
import io.holdfast.core.vault.VaultOptions;
import io.holdfast.core.vault.VaultRuntime;
import io.holdfast.core.vault.internal.DefaultVaultFactory;
import io.holdfast.core.vault.internal.crypto.KeyCodec;
import io.holdfast.core.vault.internal.crypto.KeyRing;
import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.Progress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A simulated store, perhaps a replica on a second one, and what everybody on them has in common. */
final class World {

    static final String APPLIANCE = "appliance";
    static final Progress NO_PROGRESS = Contexts.unwatched();
    private static final VaultOptions OPTIONS = new VaultOptions(4096, 1024, 4096, 16384, 64 << 10, 1024);

    final Schedule schedule;
    final Store store = new Store("");
    final Oracle oracle;
    /** Where backups are made. */
    final Place first;

    private final Announcements announced = new Announcements();
    private @Nullable Place second;
    final NewVault keys;
    /** What the server has: the newest keys that a rotation has answered. */
    ReaderKeys current;

    final Path directory;
    /** What sessions and verifications store beside packs. */
    final Redundancy redundancy;

    private int directories;
    private long restored;

    World(Path directory, Schedule schedule, Faults faults, Redundancy redundancy) throws PluginException {
        this.redundancy = redundancy;
        this.directory = directory;
        this.schedule = schedule;
        Process nobody = new Process(this, "creation", null, () -> {});
        faults.pause(true);
        keys = factory(nobody)
                .create(new FaultyStore(nobody, store, faults), OPTIONS, APPLIANCE, null, Process.CONTEXT);
        faults.pause(false);
        current = keys.readerKeys();
        oracle = oracle(store);
        first = new Place(store, faults, oracle);
    }

    private VaultFactory factory(Process process) {
        VaultRuntime runtime = new VaultRuntime(
                Clock.systemUTC(),
                new SecureRandom(),
                directory,
                0,
                1,
                1,
                1 << 20,
                Duration.ofHours(1),
                Duration.ofHours(1));
        return new DefaultVaultFactory(runtime, process);
    }

    private Oracle oracle(Store of) throws PluginException {
        Oracle watcher = new Oracle(of, announced, new KeyRing(KeyCodec.parts(keys.readerKeys())), schedule);
        of.watch(watcher);
        return watcher;
    }

    /** From now on there is a replica on a second store. */
    void replicate(boolean lateLists) throws PluginException {
        Store store = new Store("second:");
        Faults faults = first.faults().ofAnotherStore(lateLists);
        Process nobody = new Process(this, "creation", null, () -> {});
        first.faults().pause(true);
        faults.pause(true);
        factory(nobody)
                .replicate(
                        new FaultyStore(nobody, first.store(), first.faults()),
                        new FaultyStore(nobody, store, faults),
                        keys.writerKeys(),
                        APPLIANCE,
                        Process.CONTEXT);
        first.faults().pause(false);
        faults.pause(false);
        second = new Place(store, faults, oracle(store));
    }

    /** Where the replica is. */
    Place second() {
        return Objects.requireNonNull(second, "no replica");
    }

    /** All stores. */
    List<Place> places() {
        return second == null ? List.of(first) : List.of(first, second);
    }

    private boolean late() {
        return places().stream().anyMatch(Place::lateLists);
    }

    /** How many backups were restored and compared. */
    long restored() {
        return restored;
    }

    Path newDirectory(String name) {
        return directory.resolve(name + "-" + directories++);
    }

    /** What an operation may throw on a store that keeps its contract and has lost nothing. */
    void judge(Process process, String attempt, PluginException e) {
        if (process.dead()) {
            return;
        }
        switch (e.kind()) {
            case UNAVAILABLE, TIMEOUT, QUOTA, CONFLICT, ALREADY_EXISTS, CANCELLED ->
                schedule.tell(process.node + " " + attempt + " failed: " + e.kind());
            default -> {
                if (late() && e.kind() == ErrorKind.NOT_FOUND) {
                    return;
                }
                schedule.fail(process.node + ": " + attempt + " failed with " + e.kind() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Restores a backup by that vault and compares it. */
    void restore(Vault vault, BackupId id, Contents.Picture expected) throws PluginException {
        FakeTarget files = new FakeTarget();
        byte[] disk = new byte[Contents.DISK];
        try (BackupReader reader = vault.read(id, Process.CONTEXT)) {
            complete(reader.restoreTree("root", List.of(), files, NO_PROGRESS, Process.CONTEXT));
            complete(reader.restoreDisk("vda", files.disk(disk, () -> {}), NO_PROGRESS, Process.CONTEXT));
        }
        compare(id, expected, files, disk);
        restored++;
    }

    private static void complete(RestoreReport report) throws PluginException {
        if (!report.problems().isEmpty()) {
            throw new PluginException(
                    report.problems().get(0).kind(), report.problems().get(0).toString());
        }
    }

    private void compare(BackupId id, Contents.Picture expected, FakeTarget files, byte[] disk) {
        List<String> differences = Contents.differences(expected, files, disk);
        if (!differences.isEmpty()) {
            schedule.fail("backup " + id + " restores wrong: " + differences, null);
        }
    }

    /** What the printed recovery key opens, without which nothing is known of rotations. */
    private ReaderKeys byPaper(Process checker, Place place) throws PluginException {
        return place.lateLists() ? current : checker.unlock(place, keys.recoveryKey());
    }

    /** Restores all backups of all places with a fresh process and undisturbed stores. */
    void checkAll() {
        places().forEach(this::check);
    }

    private void check(Place place) {
        place.faults().pause(true);
        Process checker = new Process(this, "checker", null, () -> {});
        try (Vault vault = checker.open(place, byPaper(checker, place), newDirectory("checker"))) {
            for (var backup : List.copyOf(place.oracle().live().entrySet())) {
                try {
                    restore(
                            vault,
                            new BackupId(backup.getKey()),
                            backup.getValue().picture());
                } catch (PluginException e) {
                    schedule.fail(
                            place.name() + "backup " + backup.getKey() + " does not restore: " + e.getMessage(), e);
                }
            }
        } catch (PluginException e) {
            schedule.fail(place.name() + "the vault does not open", e);
        }
        place.faults().pause(false);
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.Extent;
import io.holdfast.spi.source.RandomReadable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBackupTest {

    @TempDir
    Path directory;

    Scene scene;
    FakeDisk disk = new FakeDisk(9_000_000);

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
        disk.write(0, Scene.text(1, 50_000));
        disk.write(4_000_000, Scene.noise(2, 300_000));
        disk.write(8_999_000, Scene.noise(3, 1_000));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private BackupSummary backup() throws PluginException {
        BackupSummary summary = scene.backup(disk);
        disk.changed.clear();
        disk.read.set(0);
        disk.tracking = true;
        return summary;
    }

    private byte[] restored(BackupSummary backup) throws PluginException {
        byte[] content = new byte[disk.content.length];
        boolean[] complete = new boolean[1];
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            reader.restoreDisk("vda", new FakeTarget().disk(content, () -> complete[0] = true), NO_PROGRESS, CONTEXT);
        }
        assertThat(complete[0]).isTrue();
        return content;
    }

    @Test
    void aSparseDiskComesBackAndItsHolesAreNotRead() throws PluginException {
        disk.read.set(0);
        BackupSummary backup = scene.backup(disk);
        assertThat(disk.read.get()).isLessThan(400_000);
        assertThat(backup.stats().logicalBytes()).isEqualTo(9_000_000);
        assertThat(restored(backup)).isEqualTo(disk.content);
    }

    @Test
    void onlyWhatChangedIsReadAndForgettingTheBaseDoesNoHarm() throws PluginException {
        BackupSummary first = backup();
        disk.write(4_100_000, Scene.noise(9, 500));
        disk.write(20_000, new byte[10_000]);
        BackupSummary second = scene.backup(disk);

        assertThat(disk.read.get()).isLessThan(40_000);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        assertThat(restored(second)).isEqualTo(disk.content);
    }

    @Test
    void manyDeltasAreMergedWithoutReadingTheDisk() throws PluginException {
        backup();
        Random random = new Random(4);
        BackupSummary last = null;
        for (int i = 0; i < 70; i++) {
            disk.write(random.nextInt(8_900_000), Scene.noise(i, 700));
            if (i % 9 == 0) {
                disk.write(random.nextInt(8_000_000), new byte[50_000]);
            }
            last = backup();
            assertThat(last.stats().readBytes()).isLessThan(120_000);
        }
        assertThat(restored(last)).isEqualTo(disk.content);
    }

    @Test
    void lostRangesAreReadAgainAlthoughTheyAreCalledUnchanged() throws PluginException {
        BackupSummary first = backup();
        String lost = scene.destination.keys("packs/").stream()
                .filter(k -> scene.destination.get(k)[5] == 1)
                .findFirst()
                .orElseThrow();
        scene.destination.remove(lost);
        scene.vault.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);
        BackupSummary second = scene.backup(disk);
        assertThat(disk.read.get()).isPositive();
        assertThat(restored(second)).isEqualTo(disk.content);
        assertThat(restored(first)).isEqualTo(disk.content);
    }

    @Test
    void anyRangeIsReadWithoutRestoring() throws PluginException {
        backup();
        disk.write(4_200_000, Scene.noise(10, 5_000));
        BackupSummary second = scene.backup(disk);
        Random random = new Random(1);
        try (BackupReader reader = scene.vault.read(second.id(), CONTEXT);
                var view = reader.openDisk("vda")) {
            assertThat(view.size()).isEqualTo(9_000_000);
            for (int i = 0; i < 200; i++) {
                int offset = random.nextInt(8_990_000);
                ByteBuffer range = ByteBuffer.allocate(1 + random.nextInt(9_999));
                assertThat(view.read(offset, range)).isEqualTo(range.capacity());
                assertThat(range.array())
                        .isEqualTo(Arrays.copyOfRange(disk.content, offset, offset + range.capacity()));
            }
            long covered = 0;
            while (covered < view.size()) {
                for (Extent extent : view.extents(covered, view.size() - covered)) {
                    assertThat(extent.offset()).isEqualTo(covered);
                    covered = extent.end();
                }
            }
        }
    }

    @Test
    void aDiskThatGrewIsReadFully() throws PluginException {
        backup();
        FakeDisk larger = new FakeDisk(9_500_000);
        larger.write(0, disk.content);
        disk = larger;
        assertThat(restored(scene.backup(disk))).isEqualTo(disk.content);
    }

    @Test
    void severalDisksAreReadSideBySideAndClosedWhateverHappens() throws PluginException {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger open = new AtomicInteger();
        FakeDisk one = meeting("vda", both, open);
        FakeDisk other = meeting("vdb", both, open);

        BackupSummary backup = scene.backup(one, other);

        byte[] content = new byte[other.content.length];
        try (BackupReader reader = scene.vault.read(backup.id(), CONTEXT)) {
            reader.restoreDisk("vdb", new FakeTarget().disk(content, () -> {}), NO_PROGRESS, CONTEXT);
        }
        assertThat(content).isEqualTo(other.content);
        FakeDisk broken = meeting("vdc", new CountDownLatch(1_000), open);
        assertThatThrownBy(() -> scene.backup(one, broken)).isInstanceOf(PluginException.class);
        assertThat(open).hasValue(0);
    }

    /** A disk whose first read waits until the other disk is read, too. */
    private static FakeDisk meeting(String name, CountDownLatch both, AtomicInteger open) {
        FakeDisk disk = new FakeDisk(100_000) {
            @Override
            public String name() {
                return name;
            }

            @Override
            public RandomReadable open() {
                open.incrementAndGet();
                return waiting(super.open(), both, open);
            }
        };
        disk.write(0, Scene.noise(name.hashCode(), 100_000));
        return disk;
    }

    private static RandomReadable waiting(RandomReadable disk, CountDownLatch both, AtomicInteger open) {
        return new RandomReadable() {
            @Override
            public long size() {
                return disk.size();
            }

            @Override
            public List<Extent> extents(long at, long length) throws PluginException {
                return disk.extents(at, length);
            }

            @Override
            public int read(long at, ByteBuffer target) throws PluginException {
                both.countDown();
                try {
                    if (both.getCount() > 10 || !both.await(20, TimeUnit.SECONDS)) {
                        throw new PluginException(ErrorKind.UNAVAILABLE, "nobody reads the other disk");
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return disk.read(at, target);
            }

            @Override
            public void close() throws PluginException {
                open.decrementAndGet();
                disk.close();
            }
        };
    }

    /** The threads of an export that was cancelled while they fill packs must not go on for ever. */
    @Test
    void anExportThatIsCancelledInFullFlowLeavesNoThreadBehind() throws PluginException {
        VaultOptions large = new VaultOptions(4 << 20, 1024, 4096, 16384, 64 << 20, 1024);
        MemoryDestination destination = new MemoryDestination();
        NewVault keys = scene.factory("large").create(destination, large, "appliance", null, CONTEXT);
        FakeDisk full = new FakeDisk(32 << 20);
        full.write(0, Scene.noise(4, full.content.length));
        try (Vault vault = scene.factory("large").open(destination, keys.readerKeys(), "appliance", CONTEXT)) {
            for (int round = 0; round < 10; round++) {
                BackupId cancelled = cancelAfter(vault, full, 1_000_000L * round);

                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("holdfast-vault-export-" + cancelled.session()));
            }
            assertThat(vault.backups(CONTEXT)).isEmpty();
        }
    }

    private BackupId cancelAfter(Vault vault, FakeDisk source, long bytes) throws PluginException {
        Contexts.Switch cancellation = new Contexts.Switch();
        FakeDisk watched = new FakeDisk(0) {
            @Override
            public long size() {
                return source.size();
            }

            @Override
            public RandomReadable open() {
                return cancelling(source.open(), bytes, cancellation);
            }
        };
        try (WriteSession session = vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT)) {
            Background<BackupSummary> store = Background.start(() -> session.store(NO_PROGRESS, CONTEXT));
            assertThatThrownBy(() -> session.export(List.of(watched), Map.of(), NO_PROGRESS, cancellation))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
            session.close();
            store.ended();
            return session.backup();
        }
    }

    private static RandomReadable cancelling(RandomReadable disk, long offset, Contexts.Switch cancellation) {
        return new RandomReadable() {
            @Override
            public long size() {
                return disk.size();
            }

            @Override
            public List<Extent> extents(long at, long length) {
                return List.of(new Extent(at, length, Extent.State.DATA));
            }

            @Override
            public int read(long at, ByteBuffer target) throws PluginException {
                if (at >= offset) {
                    cancellation.cancel();
                }
                return disk.read(at, target);
            }

            @Override
            public void close() throws PluginException {
                disk.close();
            }
        };
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.vault.internal.store.Contexts;
import io.holdfast.spi.context.Cancellation;
import io.holdfast.spi.context.TransferContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTurnsTest {

    @TempDir
    Path directory;

    @Test
    void inTurnsEveryPackIsReadOnce() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.backup(new FakeTree().file("a", Scene.noise(1, 900_000)));
            List<String> read = new ArrayList<>();
            for (int slice = 0; slice < 7; slice++) {
                scene.destination.hook = (operation, key) -> {
                    if (operation.equals("read") && key.startsWith("packs/")) {
                        read.add(key);
                    }
                };
                VerifyReport report = scene.vault.verify(VerifyScope.rotation(slice, 7), NO_PROGRESS, Scene.CONTEXT);
                assertThat(report.findings()).isEmpty();
            }
            assertThat(read).containsAll(scene.destination.keys("packs/"));
            assertThat(read.stream().filter(key -> scene.destination.get(key)[5] == 1))
                    .as("data packs, which are read for nothing else")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void everyByteThatIsReadCountsAgainstTheRateOfTheContext() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.backup(new FakeTree().file("a", Scene.noise(1, 300_000)));
            AtomicLong counted = new AtomicLong();
            TransferContext context = new TransferContext() {
                @Override
                public Cancellation cancellation() {
                    return new Contexts.Switch();
                }

                @Override
                public void transferred(long bytes) {
                    counted.addAndGet(bytes);
                }
            };
            VerifyReport report = scene.vault.verify(VerifyScope.all(), NO_PROGRESS, context);
            assertThat(counted.get()).isGreaterThanOrEqualTo(report.bytes()).isGreaterThan(300_000);
        }
    }

    @Test
    void theNumbersOfABackupSayWhatIsUnusual() {
        BackupStats encrypted = new BackupStats(1000, 1000, 800, 790, 9, 9, 0, 10, 8, 760, 1);
        assertThat(encrypted.changeRate()).isEqualTo(0.8);
        assertThat(encrypted.incompressibleShare()).isEqualTo(0.95);
        assertThat(encrypted.compressedTo()).isEqualTo(0.9875);
        BackupStats unchanged = new BackupStats(1000, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1);
        assertThat(unchanged.changeRate()).isZero();
        assertThat(unchanged.incompressibleShare()).isZero();
        assertThat(unchanged.compressedTo()).isZero();
    }
}

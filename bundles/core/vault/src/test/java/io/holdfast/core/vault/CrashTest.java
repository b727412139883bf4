package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {

    @TempDir
    Path directory;

    @Test
    void whereverTheDestinationDiesCommittedBackupsRestoreAndNothingElseIsListed() throws PluginException {
        for (int death = 1; ; death++) {
            try (Scene scene = new Scene(directory.resolve("d" + death))) {
                FakeTree tree = Scene.sampleTree();
                BackupSummary first = scene.backup(tree);
                FakeTree changed = Scene.sampleTree();
                changed.file("etc/conf-1", Scene.noise(50, 200_000));
                scene.destination.operations.set(0);
                scene.destination.diesAt = death;
                scene.destination.dyingPutArrives = death % 2 == 0;
                boolean finished = true;
                try {
                    scene.backup(changed);
                } catch (PluginException e) {
                    finished = false;
                }
                scene.destination.diesAt = Integer.MAX_VALUE;
                List<BackupSummary> listed = scene.vault.backups(CONTEXT);
                assertThat(listed.size()).as("death " + death).isBetween(1, 2);
                Scene.assertSame(scene.restore(first.id()), tree);
                if (listed.size() == 2) {
                    Scene.assertSame(scene.restore(listed.get(1).id()), changed);
                }
                BackupSummary next = scene.backup(changed);
                Scene.assertSame(scene.restore(next.id()), changed);
                scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                Scene.assertSame(scene.restore(next.id()), changed);
                Scene.assertSame(scene.restore(first.id()), tree);
                if (finished) {
                    assertThat(death).isGreaterThan(10);
                    return;
                }
            }
        }
    }

    @Test
    void whatWasSealedOrShippedBeforeACrashIsUsedAgain() throws PluginException, IOException {
        try (Scene scene = new Scene(directory)) {
            FakeTree tree = new FakeTree().file("a", Scene.noise(1, 600_000));
            WriteSession killed = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
            killed.export(List.of(tree), Map.of(), NO_PROGRESS, CONTEXT.cancellation());
            Path staging = directory.resolve("staging-vm-1");
            assertThat(Files.list(staging).filter(f -> f.toString().endsWith(".pack")))
                    .hasSizeGreaterThan(5);
            // one pack was shipped, then the process was killed: its lock goes, its files stay
            Path one = Files.list(staging)
                    .filter(f -> f.toString().endsWith(".pack"))
                    .findFirst()
                    .orElseThrow();
            String hash = one.getFileName().toString().substring(0, 64);
            scene.destination.replace("packs/" + hash.substring(0, 2) + "/" + hash, Files.readAllBytes(one));
            Files.delete(one);
            Path copy = directory.resolve("staging-vm-2");
            Files.createDirectories(copy);
            for (Path file : Files.list(staging).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
            BackupSummary backup = scene.backup(scene.vault, "vm-2", tree);

            assertThat(backup.stats().newChunks()).isZero();
            Scene.assertSame(scene.restore(backup.id()), tree);
            killed.close();
            assertThat(scene.vault.backups(CONTEXT)).hasSize(1);
        }
    }
}

package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interleavings that the model in {@code model/collect.pml} has found. */
class CollectRaceTest {

    @TempDir
    Path directory;

    Scene scene;

    @BeforeEach
    void begin() throws PluginException {
        scene = new Scene(directory);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private interface Story {
        void tell() throws Exception;
    }

    /** Tells a story once, before the first such operation on a key with that text. */
    private void before(String operation, String text, Story story) {
        AtomicBoolean told = new AtomicBoolean();
        scene.destination.hook = (o, key) -> {
            if (o.equals(operation) && key.contains(text) && told.compareAndSet(false, true)) {
                try {
                    story.tell();
                } catch (PluginException e) {
                    throw e;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    /** FORMAT.md 8: the seventh byte of a void manifest is its reason, 2 if the session's index segments are not to be believed. */
    @Test
    void aSessionThatIsClosedWhileASegmentIsUnderWayDisownsWhatArrivesLater() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 30_000));
        WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT);
        before("put", "index/s.", session::close);
        assertThatThrownBy(() -> Scene.run(session, Map.of(), Optional.empty(), tree))
                .isInstanceOf(PluginException.class);
        assertThat(scene.destination.keys("index/s.")).hasSize(1);
        assertThat(scene.destination.get(scene.destination.keys("manifests/").get(0))[6])
                .isEqualTo((byte) 2);
    }

    @Test
    void aBackupThatIsCommittedBetweenTheListingsOfIndexAndManifestsKeepsWhatItReuses() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary first = scene.backup(tree);
        tree.file("b", Scene.noise(2, 30_000));
        BackupSummary[] second = new BackupSummary[1];
        try (WriteSession session = scene.vault.begin(scene.request("vm-1", Optional.of(first.id())), CONTEXT)) {
            scene.vault.forget(List.of(first.id()), CONTEXT);
            before("list", "manifests/", () -> second[0] = Scene.run(session, Map.of(), Optional.empty(), tree));
            assertThat(scene.vault
                            .collect(CollectTest.NOW, NO_PROGRESS, CONTEXT)
                            .state())
                    .isEqualTo(CollectReport.State.DONE);
        }
        Scene.assertSame(scene.restore(second[0].id()), tree);
    }

    @Test
    void aPackThatIsStagedAndCondemnedIsNotTakenForShipped() throws PluginException, IOException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        try (WriteSession killed = scene.vault.begin(scene.request("vm-1", Optional.empty()), CONTEXT)) {
            killed.export(List.of(tree), Map.of(), NO_PROGRESS, CONTEXT.cancellation());
            shippedButStillStaged(directory.resolve("staging-vm-1"), directory.resolve("staging-vm-2"));
        }
        AtomicInteger listings = new AtomicInteger(Integer.MIN_VALUE);
        AtomicReference<WriteSession> next = new AtomicReference<>();
        AtomicReference<Background<BackupSummary>> backup = new AtomicReference<>();
        CountDownLatch shipped = new CountDownLatch(1);
        CountDownLatch deleted = new CountDownLatch(1);
        scene.destination.hook = (operation, key) -> {
            WriteSession session = next.get();
            if (operation.equals("put") && key.endsWith("-b-tomb")) {
                listings.set(0);
            } else if (key.equals("leases/") && listings.incrementAndGet() == 2) {
                next.set(scene.vault.begin(scene.request("vm-2", Optional.empty()), CONTEXT));
                backup.set(Background.start(() -> Scene.run(next.get(), Map.of(), Optional.empty(), tree)));
                await(shipped);
            } else if (operation.equals("put")
                    && session != null
                    && key.startsWith("manifests/")
                    && key.endsWith(session.backup().session())) {
                shipped.countDown();
                await(deleted);
            } else if (operation.equals("put") && key.endsWith("-d-end")) {
                deleted.countDown();
            }
        };
        try (WriteSession blocker = scene.vault.begin(scene.request("vm-9", Optional.empty()), CONTEXT)) {
            assertThat(scene.vault
                            .collect(CollectTest.NOW, NO_PROGRESS, CONTEXT)
                            .deletedPacks())
                    .isPositive();
        }
        BackupSummary committed = backup.get().get();
        next.get().close();
        Scene.assertSame(scene.restore(committed.id()), tree);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void shippedButStillStaged(Path staging, Path copy) throws IOException {
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(staging)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                Files.copy(file, copy.resolve(name));
                if (name.endsWith(".pack")) {
                    String hash = name.substring(0, 64);
                    scene.destination.replace("packs/" + hash.substring(0, 2) + "/" + hash, Files.readAllBytes(file));
                }
            }
        }
    }

    @Test
    void aCollectorThatWasStoppedForAWholeGenerationDeletesNothing() throws PluginException {
        FakeTree tree = new FakeTree().file("a", Scene.noise(1, 300_000));
        BackupSummary first = scene.backup(tree);
        scene.vault.forget(List.of(first.id()), CONTEXT);
        BackupSummary[] last = new BackupSummary[1];
        try (Vault stopped = scene.open("stopped", scene.keys.writerKeys())) {
            before("put", "-b-tomb", () -> {
                BackupSummary between = scene.backup(tree);
                scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
                scene.vault.forget(List.of(between.id()), CONTEXT);
                before("put", "-c-done", () -> last[0] = scene.backup(tree));
            });
            assertThatThrownBy(() -> stopped.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        } finally {
            scene.destination.hook = (operation, key) -> {};
        }
        if (last[0] == null) {
            last[0] = scene.backup(tree);
        }
        Scene.assertSame(scene.restore(last[0].id()), tree);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        scene.vault.collect(CollectTest.NOW, NO_PROGRESS, CONTEXT);
        Scene.assertSame(scene.restore(last[0].id()), tree);
        assertThat(scene.destination.keys("gc/")).hasSize(1);
    }
}

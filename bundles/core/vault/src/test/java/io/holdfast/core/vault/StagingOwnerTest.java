package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.vault.internal.pack.PackFormat;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.SourceProblems;
import io.holdfast.spi.source.TreeWalk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A staging directory belongs to an export until that has ended, however its session did. */
class StagingOwnerTest {

    @TempDir
    Path directory;

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A tree whose file system does not answer yet. */
    private FakeTree slow() {
        return new FakeTree() {
            @Override
            public TreeWalk walk(SourceProblems problems) {
                reading.countDown();
                await(answer);
                return super.walk(problems);
            }
        };
    }

    private Background<ExportReport> exporting(WriteSession session) {
        return Background.start(() -> session.export(List.of(slow()), Map.of(), NO_PROGRESS, CONTEXT.cancellation()));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void refused(Path staging, Work work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining(staging.toString());
    }

    @Test
    void aSessionThatIsClosedKeepsOthersOutUntilItsSourceHasAnswered() throws Exception {
        try (Scene scene = new Scene(directory)) {
            SessionRequest request = scene.request("vm-1", Optional.empty());
            WriteSession session = scene.vault.begin(request, CONTEXT);
            Background<ExportReport> export = exporting(session);
            await(reading);

            session.close();

            refused(request.stagingDirectory(), () -> scene.vault.begin(request, CONTEXT));
            answer.countDown();
            assertThatThrownBy(export::get).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                    .isEqualTo(ErrorKind.CANCELLED));
            BackupSummary backup = scene.backup(Scene.sampleTree());
            Scene.assertSame(scene.restore(backup.id()), Scene.sampleTree());
        }
    }

    @Test
    void aSessionThatIsClosedTwiceWhileItsExportRunsStillKeepsOthersOut() throws Exception {
        try (Scene scene = new Scene(directory)) {
            SessionRequest request = scene.request("vm-1", Optional.empty());
            WriteSession session = scene.vault.begin(request, CONTEXT);
            Background<ExportReport> export = exporting(session);
            await(reading);

            session.close();
            session.close();

            refused(request.stagingDirectory(), () -> scene.vault.begin(request, CONTEXT));
            answer.countDown();
            export.ended();
        }
    }

    @Test
    void anExportAfterTheEndOfItsSessionDoesNotBegin() throws Exception {
        try (Scene scene = new Scene(directory)) {
            SessionRequest request = scene.request("vm-1", Optional.empty());
            WriteSession session = scene.vault.begin(request, CONTEXT);
            session.close();
            try (WriteSession next = scene.vault.begin(request, CONTEXT)) {
                FakeTree tree = Scene.sampleTree();
                assertThatThrownBy(() -> session.export(List.of(tree), Map.of(), NO_PROGRESS, CONTEXT.cancellation()))
                        .isInstanceOfSatisfying(
                                PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
                assertThat(tree.opened).hasValue(0);
                Scene.run(next, Map.of(), Optional.empty(), tree);
            }
        }
    }

    @Test
    void anInterruptedCopyIntoAVaultWithOtherKeysKeepsTheNextOneOutUntilItsReadingHasEnded() throws Exception {
        try (TwoVaults vaults = new TwoVaults(directory)) {
            BackupSummary backup = vaults.first.backup(Scene.sampleTree());
            CopyRequest request = CopyRequest.of(backup.id(), directory.resolve("copies"));
            AtomicReference<Thread> export = new AtomicReference<>();
            MemoryDestination from = vaults.first.destination;
            from.hook = (operation, key) -> {
                if (operation.equals("read") && key.startsWith("packs/") && from.get(key)[5] == PackFormat.DATA) {
                    if (Thread.currentThread().getName().startsWith("holdfast-vault-copy-")) {
                        export.set(Thread.currentThread()); // it takes part in the reading when its helpers wait
                        reading.countDown();
                    }
                    await(answer);
                }
            };
            AtomicReference<Thread> copying = new AtomicReference<>();
            Background<CopyReport> copy = Background.start(() -> {
                copying.set(Thread.currentThread());
                return copy(vaults, request);
            });
            await(reading);

            copying.get().interrupt();

            assertThatThrownBy(copy::get).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                    .isEqualTo(ErrorKind.CANCELLED));
            refused(request.stagingDirectory(), () -> copy(vaults, request));
            answer.countDown();
            export.get().join(20_000);
            vaults.assertSame(backup, copy(vaults, request).copy());
        }
    }

    private static CopyReport copy(TwoVaults vaults, CopyRequest request) throws PluginException {
        return vaults.second.vault.copy(vaults.first.vault, request, NO_PROGRESS, CONTEXT, CONTEXT);
    }
}

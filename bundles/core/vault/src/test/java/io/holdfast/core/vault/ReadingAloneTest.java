package io.holdfast.core.vault;

import static io.holdfast.core.vault.Scene.CONTEXT;
import static io.holdfast.core.vault.Scene.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingAloneTest {

    @TempDir
    Path directory;

    @Test
    void anybodyWithTheKeysReadsAndVerifiesAndLeavesNoTrace() throws PluginException {
        try (Scene scene = new Scene(directory)) {
            FakeTree tree = Scene.sampleTree();
            BackupSummary backup = scene.backup(tree);
            String lost = scene.destination.keys("packs/").stream()
                    .filter(k -> scene.destination.get(k)[5] == 1)
                    .findFirst()
                    .orElseThrow();
            try (Vault reader =
                    scene.factory("reader").openForReading(scene.destination, scene.keys.readerKeys(), CONTEXT)) {
                assertThat(reader.backups(CONTEXT)).hasSize(1);
                Scene.assertSame(Scene.restore(reader, backup.id(), List.of()), tree);
                scene.destination.delete(io.holdfast.spi.destination.ObjectKey.of(lost), CONTEXT);
                List<String> before = scene.destination.keys("");

                VerifyReport report = reader.verify(VerifyScope.all(), NO_PROGRESS, CONTEXT);

                assertThat(report.findings())
                        .extracting(VerifyReport.Finding::key)
                        .containsExactly(lost);
                assertThat(report.backups()).singleElement().satisfies(health -> {
                    assertThat(health.backup()).isEqualTo(backup.id());
                    assertThat(health.whole()).isFalse();
                });
                assertThat(scene.destination.keys("")).isEqualTo(before);
            }
        }
    }

    @Test
    void whatWouldWriteIsRefused() throws PluginException {
        try (Scene scene = new Scene(directory);
                Vault reader =
                        scene.factory("reader").openForReading(scene.destination, scene.keys.readerKeys(), CONTEXT)) {
            assertThatThrownBy(() -> reader.begin(scene.request("vm-1", Optional.empty()), CONTEXT))
                    .hasMessageContaining("reading alone");
            assertThatThrownBy(() -> reader.forget(List.of(), CONTEXT)).hasMessageContaining("reading alone");
        }
    }
}

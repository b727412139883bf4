package io.holdfast.strategy.filesystem.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.spi.ErrorKind;
import io.holdfast.testkit.fake.TestContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A target that is too small. */
class FullDiskTest {

    @TempDir
    Path directory;

    private Path mount;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mount = Appliance.directory(directory, "mount");
        mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount.toString())
                        .start()
                        .waitFor()
                == 0;
        assumeTrue(mounted, "needs root and permission to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            new ProcessBuilder("umount", mount.toString()).start().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000_000, 300_000})
    void a_full_disk_ends_the_restore_and_leaves_no_incomplete_file(int size) throws Exception {
        Path source = Appliance.directory(directory, "source");
        for (int i = 0; i < 10; i++) {
            Files.write(source.resolve("file" + i), TestContents.bytes(i, size));
        }
        try (Appliance appliance = new Appliance(Appliance.directory(directory, "scratch"))) {
            Appliance.Backup backup = appliance.backup(source);

            assertThatThrownBy(() -> appliance.restore(backup, List.of(), "target", mount.resolve("target")))
                    .hasMessageContaining("no space left")
                    .hasMessageContaining("make room")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.QUOTA);

            try (var files = Files.walk(mount)) {
                assertThat(files.filter(Files::isRegularFile)).allSatisfy(file -> {
                    assertThat(file.getFileName().toString()).startsWith("file");
                    assertThat(file).hasSize(size);
                });
            }
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.InstanceDescription;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore over a machine that exists. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class OverwriteLabTest {

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab lab;
    private Strategy strategy;
    private String machine;
    private Path image;
    private Map<String, byte[]> documents;
    private Path directory;
    private int tasks;

    @BeforeEach
    void given_a_backup_of_a_stopped_machine(@TempDir Path temporary) throws Exception {
        directory = temporary;
        lab = new KvmLab(UUID.randomUUID().toString().substring(0, 8));
        image = lab.image("old.qcow2", "qcow2", "4M");
        machine = lab.define("to be replaced " + UUID.randomUUID(), new KvmLab.Disk("vda", "qcow2", image));
        strategy = type.connect(Settings.of(type.schema(), lab.localProvider()), TestPluginContext.in(directory));
        Settings settings = Settings.of(type.instanceSchema(), Map.of());
        try (ExportSession session =
                strategy.openExport(new ExportRequest(instance(), settings, Optional.empty()), task())) {
            documents = session.metadata();
            session.readingDone();
        }
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        lab.clear();
    }

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private InstanceDescription instance() throws Exception {
        return strategy.describe(machine, task());
    }

    private ImportRequest overwriting() throws Exception {
        Settings settings = Settings.of(type.restoreSchema(), Map.of("overwrite", List.of("true")));
        return new ImportRequest(instance(), documents, settings, List.of());
    }

    @Test
    void a_machine_that_runs_is_not_replaced() throws Exception {
        lab.virsh("start", machine);
        RecordingTaskContext task = task();

        assertThatThrownBy(() -> strategy.openImport(overwriting(), task))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void a_stopped_machine_is_replaced_under_its_uuid_and_its_old_image_goes() throws Exception {
        RecordingTaskContext task = task();
        try (ImportSession session = strategy.openImport(overwriting(), task);
                DiskTarget disk = session.openDisk("vda", 4 << 20)) {
            disk.write(1 << 20, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            disk.complete();
            assertThat(image).exists();
            assertThat(session.complete()).contains("replaced");
        }

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(image).doesNotExist();
        Path now = lab.imageFiles().get(0);
        assertThat(lab.imageFiles()).hasSize(1);
        assertThat(lab.virsh("dumpxml", machine)).contains(now.toString());
        KvmLab.must("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 2 1048577 1", now.toString());
    }

    @Test
    void a_replacement_that_is_not_completed_leaves_the_machine_as_it_was() throws Exception {
        RecordingTaskContext task = task();
        try (ImportSession session = strategy.openImport(overwriting(), task);
                DiskTarget disk = session.openDisk("vda", 4 << 20)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.imageFiles()).containsExactly(image);
        assertThat(lab.virsh("dumpxml", machine)).contains(image.toString());
    }
}

package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A running machine with two disks that is backed up and restored. */
@NullUnmarked
abstract class MachineToRestore {

    static final int SIZE = 8 << 20;

    final LibvirtStrategyType type = new LibvirtStrategyType();
    KvmLab lab;
    Strategy strategy;
    String own;
    String name;
    String machine;
    Path first;
    Path second;
    Path directory;
    int tasks;

    @BeforeEach
    void given_a_machine_that_runs(@TempDir Path temporary) throws Exception {
        directory = temporary;
        own = UUID.randomUUID().toString().substring(0, 8);
        lab = new KvmLab(own);
        first = lab.image("first.qcow2", "qcow2", "8M");
        second = lab.image("second.raw", "raw", "8M");
        KvmLab.must("qemu-io", "-f", "qcow2", "-c", "write -P 17 1M 3M", first.toString());
        KvmLab.must("qemu-io", "-f", "raw", "-c", "write -P 18 64k 100k", second.toString());
        name = "chosen " + own;
        machine = lab.define(name, new KvmLab.Disk("vda", "qcow2", first), new KvmLab.Disk("vdb", "raw", second));
        lab.virsh("start", machine);
        strategy = type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory));
    }

    @AfterEach
    void clear() throws Exception {
        if (strategy != null) {
            strategy.close();
        }
        lab.clear();
    }

    RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    KeptBackup backup(KeptBackup before, String... excluded) throws Exception {
        Settings settings = Settings.of(
                type.instanceSchema(), Map.of("consistency", List.of("crash"), "excludedDisks", List.of(excluded)));
        var instance = strategy.describe(machine, task());
        var previous = Optional.ofNullable(before).flatMap(KeptBackup::token);
        try (ExportSession session = strategy.openExport(new ExportRequest(instance, settings, previous), task())) {
            assertThat(session.fullReadReason()).isEmpty();
            return KeptBackup.of(instance, session, before);
        }
    }

    Settings choices(String... namesAndValues) throws Exception {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], Arrays.asList(namesAndValues[i + 1].split(";")));
        }
        return Settings.of(type.restoreSchema(), given);
    }

    String restore(KeptBackup backup, RecordingTaskContext task, String... choices) throws Exception {
        try (ImportSession session = strategy.openImport(backup.request(choices(choices)), task)) {
            backup.writeTo(session);
            String made = session.complete();
            assertThat(task.journal().open()).isEmpty();
            assertThat(lab.scratchFiles()).isEmpty();
            return made;
        }
    }

    Machine definition(String uuid) throws Exception {
        lab.adopt(uuid);
        return Machine.parse(lab.virsh("dumpxml", "--inactive", uuid));
    }

    byte[] content(Path image, String format) throws Exception {
        Path raw = directory.resolve("content-" + ++tasks);
        KvmLab.must("qemu-img", "convert", "-f", format, "-O", "raw", image.toString(), raw.toString());
        return Files.readAllBytes(raw);
    }
}

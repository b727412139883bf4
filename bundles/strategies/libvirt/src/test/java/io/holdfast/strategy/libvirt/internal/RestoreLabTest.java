package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choices that somebody has at a restore. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class RestoreLabTest {

    private static final int SIZE = 8 << 20;

    private final LibvirtStrategyType type = new LibvirtStrategyType();
    private KvmLab lab;
    private Strategy strategy;
    private String own;
    private String name;
    private String machine;
    private Path first;
    private Path second;
    private Path directory;
    private int tasks;

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

    private RecordingTaskContext task() throws Exception {
        String id = "task-" + ++tasks;
        return RecordingTaskContext.of(id, Files.createDirectory(directory.resolve(id)));
    }

    private KeptBackup backup(KeptBackup before, String... excluded) throws Exception {
        Settings settings = Settings.of(
                type.instanceSchema(), Map.of("consistency", List.of("crash"), "excludedDisks", List.of(excluded)));
        var instance = strategy.describe(machine, task());
        var previous = Optional.ofNullable(before).flatMap(KeptBackup::token);
        try (ExportSession session = strategy.openExport(new ExportRequest(instance, settings, previous), task())) {
            assertThat(session.fullReadReason()).isEmpty();
            return KeptBackup.of(instance, session, before);
        }
    }

    private Settings choices(String... namesAndValues) throws Exception {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], Arrays.asList(namesAndValues[i + 1].split(";")));
        }
        return Settings.of(type.restoreSchema(), given);
    }

    private String restore(KeptBackup backup, RecordingTaskContext task, String... choices) throws Exception {
        try (ImportSession session = strategy.openImport(backup.request(choices(choices)), task)) {
            backup.writeTo(session);
            String made = session.complete();
            assertThat(task.journal().open()).isEmpty();
            assertThat(lab.scratchFiles()).isEmpty();
            return made;
        }
    }

    private Machine definition(String uuid) throws Exception {
        lab.adopt(uuid);
        return Machine.parse(lab.virsh("dumpxml", "--inactive", uuid));
    }

    private byte[] content(Path image, String format) throws Exception {
        Path raw = directory.resolve("content-" + ++tasks);
        KvmLab.must("qemu-img", "convert", "-f", format, "-O", "raw", image.toString(), raw.toString());
        return Files.readAllBytes(raw);
    }

    @Test
    void each_disk_goes_to_its_pool_or_directory_in_its_format() throws Exception {
        Path pool = lab.pool("pool " + own);
        Path other = Files.createDirectory(lab.images().resolve("other, with=odd name"));
        KeptBackup backup = backup(null);

        restore(
                backup,
                task(),
                "name",
                name + " 2",
                "disks",
                "vda=pool:pool " + own + ";vdb=directory:" + other + "/,format=raw");

        Machine restored = definition(lab.uuid(name + " 2"));
        Machine.Disk vda = restored.disks().get(0);
        Machine.Disk vdb = restored.disks().get(1);
        assertThat(Path.of(vda.path()).getParent()).isEqualTo(pool);
        assertThat(vda.format()).isEqualTo("qcow2");
        assertThat(KvmLab.run(List.of("qemu-img", "info", vda.path())).text()).contains("compat: 1.1");
        assertThat(Path.of(vdb.path()).getParent()).isEqualTo(other);
        assertThat(vdb.format()).isEqualTo("raw");
        assertThat(content(Path.of(vda.path()), "qcow2"))
                .isEqualTo(backup.disks().get("vda"));
        assertThat(Files.readAllBytes(Path.of(vdb.path())))
                .isEqualTo(backup.disks().get("vdb"));
        lab.virsh("start", restored.uuid());
    }

    @Test
    void an_abandoned_restore_leaves_no_volume() throws Exception {
        Path pool = lab.pool("p" + own);
        KeptBackup backup = backup(null);
        RecordingTaskContext task = task();
        RecordingTaskContext dead = task();
        Settings choices = choices("name", name + " 2", "disks", "*=pool:p" + own + ",format=raw");

        try (ImportSession session = strategy.openImport(backup.request(choices), task)) {
            backup.writeTo(session);
        }
        backup.writeTo(strategy.openImport(backup.request(choices), dead));
        assertThat(Files.list(pool)).hasSize(2);
        for (SideEffectJournal.Entry entry : dead.journal().open()) {
            strategy.undo(entry, task());
        }

        assertThat(Files.list(pool)).isEmpty();
        assertThat(task.journal().open()).isEmpty();
        assertThat(dead.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
    }

    @Test
    void a_pool_or_network_that_the_host_lacks_is_told_before_anything_is_made() throws Exception {
        String there =
                lab.virsh("net-list", "--all", "--name").lines().findFirst().orElse("(none)");
        lab.virsh("destroy", machine);
        lab.adopt(lab.define(
                name + " net",
                "<interface type='bridge'><source bridge='hf-none0'/></interface>",
                new KvmLab.Disk("vda", "qcow2", first)));
        machine = lab.uuid(name + " net");
        KeptBackup backup = backup(null);
        RecordingTaskContext task = task();

        assertThatThrownBy(() ->
                        strategy.openImport(backup.request(choices("name", "x", "disks", "vda=pool:no such")), task))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG))
                .hasMessageContaining("bridge 'hf-none0'")
                .hasMessageContaining(there)
                .hasMessageContaining("setting networks");
        assertThatThrownBy(() -> strategy.openImport(
                        backup.request(choices("name", "x", "disks", "vda=pool:no such", "networks", "*=none")), task))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageContaining("no such")
                .hasMessageContaining("setting disks");
        assertThat(task.journal().open()).isEmpty();

        restore(backup, task(), "name", name + " 3", "networks", "hf-none0=bridge:lo");
        assertThat(lab.virsh("dumpxml", lab.uuid(name + " 3"))).contains("<source bridge='lo'/>");
        definition(lab.uuid(name + " 3"));
    }

    @Test
    void files_are_made_instead_of_a_machine() throws Exception {
        KeptBackup backup = backup(null);
        List<String> before = List.of(lab.virsh("list", "--all", "--uuid").split("\n"));

        String made = restore(
                backup,
                task(),
                "as",
                "files",
                "name",
                "out",
                "targetDirectory",
                lab.images().toString(),
                "disks",
                "vdb=same,format=raw");

        Path files = lab.images().resolve("out");
        assertThat(made).contains(files.toString());
        assertThat(content(files.resolve("vda.qcow2"), "qcow2"))
                .isEqualTo(backup.disks().get("vda"));
        assertThat(Files.readAllBytes(files.resolve("vdb.raw")))
                .isEqualTo(backup.disks().get("vdb"));
        assertThat(lab.virsh("list", "--all", "--uuid").split("\n")).hasSize(before.size());
        lab.virsh("define", files.resolve("domain.xml").toString());
        lab.virsh("start", definition(lab.uuid("out")).uuid());
        assertThatThrownBy(() -> restore(
                        backup,
                        task(),
                        "as",
                        "files",
                        "name",
                        "out",
                        "targetDirectory",
                        lab.images().toString()))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS));
    }

    @Test
    void files_that_are_abandoned_leave_nothing() throws Exception {
        KeptBackup backup = backup(null);
        RecordingTaskContext task = task();

        try (ImportSession session = strategy.openImport(
                backup.request(
                        choices("as", "files", "targetDirectory", lab.images().toString(), "name", "out")),
                task)) {
            backup.writeTo(session);
        }

        assertThat(lab.images().resolve("out")).doesNotExist();
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void only_what_differs_is_written_and_the_next_backup_is_incremental_all_the_same() throws Exception {
        KeptBackup full = backup(null);
        lab.writeInto(machine, 2 << 20, 4096, 99);
        lab.writeInto(machine, 6 << 20, 4096, 98);
        lab.virsh("destroy", machine);
        String mac = macs();
        RecordingTaskContext task = task();

        restore(full, task, "overwrite", "true", "changesOnly", "true");

        assertThat(task.log().infos()).anySatisfy(line -> assertThat(line).contains("vda: 131072 bytes"));
        assertThat(task.log().infos()).anySatisfy(line -> assertThat(line).contains("vdb: 0 bytes"));
        assertThat(content(first, "qcow2")).isEqualTo(full.disks().get("vda"));
        assertThat(lab.imageFiles()).containsExactlyInAnyOrder(first, second);
        assertThat(macs()).isEqualTo(mac);
        assertThat(lab.virsh("dumpxml", machine)).doesNotContain("holdfast:incomplete");
        lab.virsh("start", machine);
        lab.writeInto(machine, 5 << 20, 4096, 97);
        KeptBackup incremental = backup(full);
        assertThat(incremental.read())
                .as("three blocks of the one, all of the other")
                .isBetween(1L, 3 * 65_536L + SIZE);
        assertThat(incremental.disks().get("vda")[5 << 20]).isEqualTo((byte) 97);
        lab.virsh("destroy", machine);
        assertThat(content(first, "qcow2")).isEqualTo(incremental.disks().get("vda"));
    }

    private String macs() throws Exception {
        return lab.virsh("domiflist", machine);
    }

    @Test
    void an_interrupted_restore_of_changes_marks_the_machine_and_another_one_repairs_it() throws Exception {
        KeptBackup full = backup(null);
        lab.writeInto(machine, 2 << 20, 4096, 99);
        lab.virsh("destroy", machine);
        Settings choices = choices("overwrite", "true", "changesOnly", "true");
        RecordingTaskContext dead = task();
        ImportSession abandoned = strategy.openImport(full.request(choices), dead);
        DiskTarget disk = abandoned.openDisk("vda", SIZE);
        KeptBackup.write(full.disks().get("vda"), disk, 3 << 20);
        strategy.close();
        strategy = type.connect(Settings.of(type.schema(), lab.sshProvider()), TestPluginContext.in(directory));
        RecordingTaskContext undo = task();

        for (SideEffectJournal.Entry entry : dead.journal().open()) {
            strategy.undo(entry, undo);
        }

        assertThat(undo.log().warnings()).anySatisfy(line -> assertThat(line).contains("HALF RESTORED"));
        assertThat(dead.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThatThrownBy(() -> lab.virsh("start", machine)).hasMessageContaining(first.toString());
        assertThat(strategy.describe(machine, task()).labels()).containsEntry("restore", "incomplete");

        restore(full, task(), "overwrite", "true", "changesOnly", "true");
        assertThat(content(first, "qcow2")).isEqualTo(full.disks().get("vda"));
        assertThat(strategy.describe(machine, task()).labels()).doesNotContainKey("restore");
        lab.virsh("start", machine);
    }

    @Test
    void a_half_restored_machine_is_repaired_by_new_images_too() throws Exception {
        KeptBackup full = backup(null);
        lab.writeInto(machine, 2 << 20, 4096, 99);
        lab.virsh("destroy", machine);
        RecordingTaskContext task = task();
        try (ImportSession session =
                        strategy.openImport(full.request(choices("overwrite", "true", "changesOnly", "true")), task);
                DiskTarget disk = session.openDisk("vda", SIZE)) {
            KeptBackup.write(full.disks().get("vda"), disk, 3 << 20);
        }
        assertThat(task.log().warnings()).anySatisfy(line -> assertThat(line).contains("HALF RESTORED"));
        assertThat(task.journal().open()).isEmpty();

        restore(full, task(), "overwrite", "true");

        assertThat(lab.imageFiles()).hasSize(2).doesNotContain(first, second);
        lab.virsh("start", machine);
    }

    @Test
    void a_disk_that_was_resized_gets_a_new_image_when_changes_are_restored() throws Exception {
        KeptBackup full = backup(null);
        lab.virsh("destroy", machine);
        lab.virsh("checkpoint-delete", machine, lab.checkpoints(machine).get(0), "--metadata");
        KvmLab.must("qemu-img", "bitmap", "--remove", first.toString(), bitmapOf(first));
        KvmLab.must("qemu-img", "resize", "-q", "-f", "qcow2", first.toString(), "16M");

        restore(full, task(), "overwrite", "true", "changesOnly", "true");

        Machine now = definition(machine);
        assertThat(now.disks().get(0).path()).isNotEqualTo(first.toString());
        assertThat(first).doesNotExist();
        assertThat(now.disks().get(1).path()).isEqualTo(second.toString());
        assertThat(content(Path.of(now.disks().get(0).path()), "qcow2"))
                .isEqualTo(full.disks().get("vda"));
    }

    private static String bitmapOf(Path image) throws Exception {
        return KvmLab.run(List.of("qemu-img", "info", "--output=json", image.toString()))
                .text()
                .replaceAll("(?s).*\"bitmaps\".*?\"name\": \"([^\"]*)\".*", "$1");
    }

    @Test
    void a_disk_that_is_not_in_the_backup_stays_with_the_old_machine_and_is_missing_in_a_new_one() throws Exception {
        KeptBackup full = backup(null, "vdb");
        lab.virsh("destroy", machine);

        restore(full, task(), "overwrite", "true");

        assertThat(second).exists();
        assertThat(definition(machine).disks()).extracting(Machine.Disk::target).contains("vda", "vdb");
        restore(full, task(), "name", name + " 4");
        assertThat(definition(lab.uuid(name + " 4")).disks())
                .extracting(Machine.Disk::target)
                .doesNotContain("vdb");
    }

    @Test
    void the_state_of_a_tpm_is_kept_and_comes_back() throws Exception {
        lab.virsh("destroy", machine);
        String tpm = lab.define(
                name + " tpm",
                "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>",
                new KvmLab.Disk("vda", "qcow2", first));
        lab.virsh("start", tpm);
        machine = tpm;
        KeptBackup full = backup(null);
        byte[] state =
                Files.readAllBytes(lab.onHost(Path.of("/var/lib/libvirt/swtpm/" + tpm + "/tpm2/tpm2-00.permall")));
        assertThat(full.documents().get("tpm")).isEqualTo(state);

        restore(full, task(), "name", name + " tpm2");

        String restored = definition(lab.uuid(name + " tpm2")).uuid();
        Path file = lab.onHost(Path.of("/var/lib/libvirt/swtpm/" + restored + "/tpm2/tpm2-00.permall"));
        assertThat(Files.readAllBytes(file)).isEqualTo(state);
        lab.virsh("destroy", tpm);
        lab.virsh("start", restored);
        assertThat(Files.size(file))
                .as("the same TPM, not one that was made anew")
                .isEqualTo(state.length);
        lab.virsh("destroy", restored);

        try (ImportSession session = strategy.openImport(full.request(choices("name", name + " tpm3")), task())) {
            full.writeTo(session);
        }
        assertThat(Files.list(lab.onHost(Path.of("/var/lib/libvirt/swtpm")))).hasSize(2);
    }

    @Test
    void a_machine_without_bitmaps_is_read_whole_each_time_and_says_why() throws Exception {
        String raw = lab.define(name + " raw", new KvmLab.Disk("vda", "raw", lab.image("only.raw", "raw", "1M")));
        lab.virsh("start", raw);
        machine = raw;
        KeptBackup full = backup(null);
        Settings settings = Settings.of(type.instanceSchema(), Map.of("consistency", List.of("crash")));

        try (ExportSession session = strategy.openExport(
                new ExportRequest(strategy.describe(raw, task()), settings, full.token()), task())) {
            assertThat(session.fullReadReason()).map(FullReadReason::code).contains("NO_BITMAPS");
        }
    }

    @Test
    void a_machine_with_uefi_comes_back_with_its_variables_and_starts() throws Exception {
        lab.virsh("destroy", machine);
        Path variables = Files.copy(
                Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"), lab.images().resolve("vars.fd"));
        Path xml = directory.resolve("uefi.xml");
        Files.writeString(
                xml,
                lab.virsh("dumpxml", "--inactive", machine)
                        .replaceAll("<uuid>.*</uuid>", "")
                        .replace(name, name + " uefi")
                        .replace("<features>", "")
                        .replace("</features>", "")
                        .replace("</os>", "</os><features><acpi/></features>")
                        .replace(
                                "<boot dev='hd'/>",
                                "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader><nvram>"
                                        + variables + "</nvram><boot dev='hd'/>"));
        lab.virsh("define", xml.toString());
        machine = definition(lab.uuid(name + " uefi")).uuid();
        byte[] kept = Files.readAllBytes(variables);
        KeptBackup full = backup(null);
        assertThat(full.documents().get("nvram")).isEqualTo(kept);

        restore(full, task(), "name", name + " uefi2");

        Machine restored = definition(lab.uuid(name + " uefi2"));
        assertThat(Path.of(restored.nvram())).isNotEqualTo(variables).hasBinaryContent(kept);
        lab.virsh("start", restored.uuid());
        lab.virsh("destroy", restored.uuid());
        restore(full, task(), "name", name + " uefi2", "overwrite", "true", "changesOnly", "true");
        assertThat(Path.of(restored.nvram())).doesNotExist();
        assertThat(Path.of(definition(restored.uuid()).nvram())).hasBinaryContent(kept);
    }

    @Test
    void a_block_device_is_compared_and_zeroed_where_it_is() throws Exception {
        Path file = lab.image("device", "raw", "8M");
        Host.Output loop = KvmLab.run(List.of("losetup", "--find", "--show", file.toString()));
        org.junit.jupiter.api.Assumptions.assumeTrue(loop.good(), "no loop device: " + loop.err());
        String device = loop.text().strip();
        try {
            KvmLab.must("qemu-io", "-f", "raw", "-c", "write -P 33 1M 2M", device);
            lab.virsh("destroy", machine);
            Path xml = directory.resolve("block.xml");
            Files.writeString(
                    xml,
                    lab.virsh("dumpxml", "--inactive", machine)
                            .replaceAll("<uuid>.*</uuid>", "")
                            .replace(name, name + " block")
                            .replaceFirst("<disk type='file'", "<disk type='block'")
                            .replaceFirst("type='qcow2'", "type='raw'")
                            .replaceFirst("<source file='[^']*'", "<source dev='" + device + "'"));
            lab.virsh("define", xml.toString());
            machine = definition(lab.uuid(name + " block")).uuid();
            KeptBackup full = backup(null);
            assertThat(strategy.describe(machine, task()).labels()).containsEntry("disk.vda", "BLOCK");
            KvmLab.must("qemu-io", "-f", "raw", "-c", "write -P 34 2M 64k", "-c", "write -P 35 6M 64k", device);
            RecordingTaskContext task = task();

            restore(full, task, "overwrite", "true", "changesOnly", "true");

            assertThat(Files.readAllBytes(file)).isEqualTo(full.disks().get("vda"));
            assertThat(definition(machine).disks().get(0).path()).isEqualTo(device);
            assertThat(task.log().infos()).anySatisfy(line -> assertThat(line).contains("vda: "));
        } finally {
            KvmLab.must("losetup", "--detach", device);
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The choices that somebody has at a restore. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class RestoreLabTest extends MachineToRestore {

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
}

package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportSession;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.fake.TestPluginContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Restores that write what differs into the images that are there. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class RestoreOfChangesLabTest extends MachineToRestore {

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

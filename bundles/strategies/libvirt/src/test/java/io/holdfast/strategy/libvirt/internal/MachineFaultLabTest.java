package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may happen to a machine while it is backed up, or between two backups. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class MachineFaultLabTest {

    private FaultRig rig;
    private Strategy strategy;

    @BeforeEach
    void given_a_machine_that_was_backed_up(@TempDir Path directory) throws Exception {
        rig = new FaultRig(directory).machine(2);
        strategy = rig.local();
        rig.write(0, 0, 65_536, 17);
        rig.write(1, FaultRig.MIB, 200_000, 18);
        rig.backUp(strategy);
        rig.write(0, 2 * FaultRig.MIB, 65_536, 19);
    }

    @AfterEach
    void clear() throws Exception {
        rig.close();
    }

    /** Something that happens. */
    private interface Event {
        void happen() throws Exception;
    }

    private void whileItIsReadSuccessfully(Event event) throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            event.happen();
            rig.finish(session);
        }
        rig.keptIsRight();
    }

    private void whileItIsReadInVain(Event event) throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            event.happen();
            assertThatThrownBy(() -> rig.read(session)).isInstanceOf(PluginException.class);
        }
    }

    private void thenTheNextBackupIsIncremental() throws Exception {
        assertThat(rig.afterwards(strategy)).isEmpty();
    }

    private void thenTheNextBackupReadsEverythingOnce(String reason) throws Exception {
        assertThat(rig.afterwards(strategy).map(FullReadReason::code)).contains(reason);
        thenTheNextBackupIsIncremental();
    }

    private void restart() throws Exception {
        rig.lab.virsh("start", rig.uuid());
    }

    @Test
    void qemu_crashes_while_it_is_read() throws Exception {
        rig.lab.flush(rig.uuid(), 0);
        rig.lab.flush(rig.uuid(), 1);
        whileItIsReadInVain(() -> {
            rig.lab.killQemu(rig.uuid());
            rig.lab.awaitState(rig.uuid(), "shut off");
        });
        restart();

        thenTheNextBackupReadsEverythingOnce("BITMAP_LOST");
    }

    @Test
    void it_is_shut_off_while_it_is_read() throws Exception {
        whileItIsReadInVain(() -> rig.lab.virsh("destroy", rig.uuid()));
        rig.nothingIsLeft();
        assertThat(rig.backUp(strategy).map(FullReadReason::code)).contains("MACHINE_STOPPED");
        rig.keptIsRight();
        restart();

        thenTheNextBackupIsIncremental();
    }

    @Test
    void it_is_shut_off_between_reading_and_commit() throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            Map<String, byte[]> read = rig.read(session);
            session.readingDone();
            rig.lab.virsh("destroy", rig.uuid());
            rig.keep(read, session.nextToken());
            session.committed();
        }
        rig.nothingIsLeft();
        restart();

        thenTheNextBackupIsIncremental();
    }

    @Test
    void it_is_paused_while_it_is_read_and_stays_paused() throws Exception {
        whileItIsReadSuccessfully(() -> rig.lab.virsh("suspend", rig.uuid()));
        rig.nothingIsLeft();
        assertThat(rig.backUp(strategy))
                .as("a paused machine is backed up, too")
                .isEmpty();
        assertThat(rig.lab.state(rig.uuid())).isEqualTo("paused");
        rig.lab.virsh("resume", rig.uuid());

        thenTheNextBackupIsIncremental();
    }

    @Test
    void it_is_renamed_between_two_backups() throws Exception {
        rig.lab.virsh("destroy", rig.uuid());
        rig.lab.virsh("domrename", rig.uuid(), "renamed " + rig.uuid());
        restart();

        thenTheNextBackupIsIncremental();
    }

    @Test
    void it_is_undefined_while_it_is_read_and_runs_on() throws Exception {
        whileItIsReadSuccessfully(() -> rig.lab.virsh("undefine", rig.uuid()));

        thenTheNextBackupIsIncremental();
    }

    @Test
    void it_is_removed_while_it_is_read() throws Exception {
        whileItIsReadInVain(() -> {
            rig.lab.virsh("undefine", rig.uuid());
            rig.lab.virsh("destroy", rig.uuid());
        });

        rig.nothingIsLeft();
        assertThatThrownBy(() -> rig.open(strategy))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
        rig.nothingIsLeft();
    }

    @Test
    void it_is_defined_anew_between_two_backups_with_our_bitmap_in_its_image() throws Exception {
        String definition = rig.lab.virsh("dumpxml", "--inactive", rig.uuid());
        rig.lab.virsh("destroy", rig.uuid());
        rig.lab.virsh("undefine", "--checkpoints-metadata", rig.uuid());
        rig.lab.defineAgain(definition);
        restart();
        assertThat(rig.lab.bitmaps(rig.uuid())).hasSize(1);

        thenTheNextBackupReadsEverythingOnce("CHECKPOINT_LOST");
        assertThat(rig.lab.bitmaps(rig.uuid()))
                .as("the one of the last checkpoint")
                .hasSize(1);
    }

    @Test
    void a_disk_is_plugged_in_between_two_backups() throws Exception {
        rig.lab.attach(rig.uuid(), "vdc", rig.lab.image("vdc.qcow2", "qcow2", "8M"));
        rig.added("vdc", 8 * FaultRig.MIB);
        rig.write(2, 0, 65_536, 33);

        thenTheNextBackupReadsEverythingOnce("DISK_ADDED");
    }

    @Test
    void a_disk_is_unplugged_between_two_backups() throws Exception {
        // the guest would confirm; there is none, so that it goes with the next start
        rig.lab.virsh("detach-disk", rig.uuid(), "vdb", "--config");
        rig.lab.virsh("destroy", rig.uuid());
        restart();
        rig.removed("vdb");

        thenTheNextBackupIsIncremental();
        thenTheNextBackupIsIncremental();
    }

    @Test
    void a_disk_grows_between_two_backups() throws Exception {
        rig.lab.virsh("blockresize", rig.uuid(), "vdb", "12M");
        rig.resized("vdb", 12 * FaultRig.MIB);
        rig.write(1, 11 * FaultRig.MIB, 65_536, 34);

        thenTheNextBackupReadsEverythingOnce("DISK_RESIZED");
    }

    @Test
    void disks_are_plugged_in_unplugged_and_resized_while_the_machine_is_read() throws Exception {
        whileItIsReadSuccessfully(() -> {
            rig.lab.tryVirsh("blockresize", rig.uuid(), "vdb", "12M");
            rig.lab.tryVirsh("detach-disk", rig.uuid(), "vdb", "--live");
            rig.lab.attach(rig.uuid(), "vdc", rig.lab.image("vdc.qcow2", "qcow2", "8M"));
        });
        assertThat(rig.lab.virsh("domblkinfo", rig.uuid(), "vdb"))
                .as("libvirt refused")
                .contains("8388608");
        rig.added("vdc", 8 * FaultRig.MIB);

        thenTheNextBackupReadsEverythingOnce("DISK_ADDED");
    }

    @Test
    void the_second_of_two_backups_at_once_is_told_so_and_the_first_is_unharmed() throws Exception {
        whileItIsReadSuccessfully(() -> assertThatThrownBy(() -> rig.open(rig.local()))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("another backup"));

        thenTheNextBackupIsIncremental();
    }

    @Test
    void a_backup_that_cannot_be_stored_leaves_the_chain_as_it_was() throws Exception {
        try (ExportSession session = rig.open(strategy)) {
            rig.read(session);
            session.readingDone();
            assertThat(session.nextToken()).isPresent();
        }
        rig.nothingIsLeft();

        thenTheNextBackupIsIncremental();
    }

    @Test
    void a_full_backup_removes_the_checkpoint_that_nobody_needs_any_more() throws Exception {
        rig.forceFull();

        thenTheNextBackupIsIncremental();
    }
}

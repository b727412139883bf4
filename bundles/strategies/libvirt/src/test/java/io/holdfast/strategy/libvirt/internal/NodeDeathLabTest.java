package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is killed after each command that a backup or a restore gives to the host, one after the other: before, during and
 * after the checkpoint, while it reads, before and after the commit.
 */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class NodeDeathLabTest {

    private static final int MANY = 200;

    private FaultRig rig;

    @BeforeEach
    void given_a_machine_that_was_backed_up(@TempDir Path directory) throws Exception {
        rig = new FaultRig(directory).machine(2);
        rig.write(0, 0, 65_536, 17);
        rig.write(1, FaultRig.MIB, 200_000, 18);
        rig.backUp(rig.local());
    }

    @AfterEach
    void clear() throws Exception {
        rig.close();
    }

    @Test
    void killed_after_any_command_of_a_backup_of_a_running_machine() throws Exception {
        Strategy alive = rig.local();
        int incremental = 0;
        int commands = 1;
        for (; commands < MANY; commands++) {
            rig.write(0, commands * 8192, 8192, commands);
            rig.write(1, commands * 4096, 4096, commands);
            boolean killed = backUpUntilKilled(commands);
            if (rig.afterwards(alive).isEmpty()) {
                incremental++;
            }
            if (!killed) {
                break;
            }
        }
        System.out.println("NodeDeathLabTest: killed after each of " + commands + " commands, " + incremental
                + " next backups were incremental");
        assertThat(commands).isBetween(15, MANY - 1);
        assertThat(incremental).as("none costs the chain").isEqualTo(commands);
    }

    private boolean backUpUntilKilled(int commands) throws Exception {
        Strategy dying = rig.over(DyingNode.after(commands, new LocalHost()));
        try {
            rig.backUp(dying);
            return false;
        } catch (DyingNode.Killed e) {
            return true;
        }
    }

    @Test
    void killed_after_any_command_of_a_backup_of_a_stopped_machine() throws Exception {
        Strategy alive = rig.local();
        rig.lab.virsh("destroy", rig.uuid());
        int commands = 1;
        while (backUpUntilKilled(commands)) {
            rig.undoJournals(alive);
            rig.nothingIsLeft();
            commands++;
        }
        assertThat(commands).isBetween(8, MANY);
        rig.lab.virsh("start", rig.uuid());
        assertThat(rig.afterwards(alive)).as("the checkpoint went on counting").isEmpty();
    }

    @Test
    void killed_after_any_command_of_a_restore() throws Exception {
        Strategy alive = rig.local();
        List<Path> before = rig.lab.imageFiles();
        int commands = 1;
        while (restoreUntilKilled(commands)) {
            rig.undoJournals(alive);
            rig.nothingIsLeft();
            assertThat(rig.lab.imageFiles()).isEqualTo(before);
            assertThat(rig.lab.virsh("list", "--all", "--name")).doesNotContain("restored until killed");
            commands++;
        }
        assertThat(commands).isBetween(10, MANY);
        rig.restoredIsRight("restored until killed");
        assertThat(rig.afterwards(alive)).isEmpty();
    }

    private boolean restoreUntilKilled(int commands) throws Exception {
        Strategy dying = rig.over(DyingNode.after(commands, new LocalHost()));
        try {
            rig.restore(dying, "restored until killed");
            return false;
        } catch (DyingNode.Killed e) {
            return true;
        }
    }

    @Test
    void killed_after_the_commit_and_before_the_strategy_is_told() throws Exception {
        rig.write(0, 0, 65_536, 77);
        ExportSession session = rig.open(rig.local());
        Map<String, byte[]> read = rig.read(session);
        session.readingDone();
        rig.keep(read, session.nextToken());
        assertThat(rig.lab.checkpoints(rig.uuid())).hasSize(2);

        assertThat(rig.afterwards(rig.local()).map(FullReadReason::code))
                .as("nobody knew that the checkpoint was to stay")
                .contains("CHECKPOINT_LOST");
        assertThat(rig.afterwards(rig.local())).as("and only once").isEmpty();
    }

    @Test
    void killed_while_it_reads() throws Exception {
        rig.write(0, 0, 4 * FaultRig.MIB, 77);
        ExportSession session = rig.open(rig.local());
        Map<String, byte[]> read = rig.read(session);
        assertThat(read).hasSize(2);
        rig.write(0, 0, FaultRig.MIB, 78);

        assertThat(rig.afterwards(rig.local())).isEmpty();
    }
}

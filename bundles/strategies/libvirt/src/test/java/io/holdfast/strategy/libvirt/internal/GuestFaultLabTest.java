package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.Strategy;
import io.holdfast.testkit.fake.RecordingTaskContext;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between a backup and the guest that it holds still. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class GuestFaultLabTest {

    private FaultRig rig;

    @BeforeEach
    void given_a_guest_that_was_backed_up(@TempDir Path directory) throws Exception {
        rig = new FaultRig(directory).guest();
        rig.setting("consistency", "agent-required");
        rig.backUp(rig.local());
    }

    @AfterEach
    void clear() throws Exception {
        rig.close();
    }

    private String freezeStatus() throws Exception {
        return rig.lab.agent(rig.uuid(), "{\"execute\":\"guest-fsfreeze-status\"}");
    }

    @Test
    void the_node_is_killed_while_the_guest_stands_still() throws Exception {
        Strategy dying = rig.over(DyingNode.afterCommand("domfsfreeze", new LocalHost()));
        assertThatThrownBy(() -> rig.open(dying)).isInstanceOf(DyingNode.Killed.class);
        assertThat(freezeStatus()).contains("frozen");

        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void the_guest_is_paused_while_it_stands_still_and_the_node_is_killed() throws Exception {
        Strategy dying = rig.over(DyingNode.afterCommand("domfsfreeze", new LocalHost()));
        assertThatThrownBy(() -> rig.open(dying)).isInstanceOf(DyingNode.Killed.class);
        rig.lab.virsh("suspend", rig.uuid());
        assertThatThrownBy(() -> rig.undoJournals(rig.local()))
                .as("it cannot be thawed now, which must not be forgotten")
                .hasMessageContaining("cannot let the guest's file systems go on");
        rig.lab.virsh("resume", rig.uuid());

        assertThat(rig.afterwards(rig.local())).isEmpty();
    }

    @Test
    void the_agent_hangs_in_the_freeze() throws Exception {
        rig.lab.inGuest(
                rig.uuid(),
                "printf '#!/bin/sh\\n[ \"$1\" = freeze ] && [ ! -e /root/hung ] && touch /root/hung && sleep 24; exit 0'"
                        + " > /root/hook; chmod 755 /root/hook;"
                        + " sed -i 's#-t /run#-t /run -F/root/hook#' /etc/inittab; kill -HUP 1;"
                        + " (sleep 1; killall qemu-ga) >/dev/null 2>&1 &");
        Awaitility.await().until(() -> !rig.lab.agentIsConnected(rig.uuid()));
        rig.lab.awaitAgent(rig.uuid());
        rig.setting("consistency", "agent-if-available");
        Strategy strategy = rig.local();
        RecordingTaskContext task = rig.task();

        try (ExportSession session = strategy.openExport(rig.request(), task)) {
            assertThat(task.log().warnings()).anyMatch(line -> line.contains("as after a loss of power"));
            rig.finish(session);
        }
        assertThat(rig.afterwards(strategy)).isEmpty();
    }

    @Test
    void the_scratch_directory_fills_up_while_the_guest_writes() throws Exception {
        Strategy strategy = rig.ssh();
        rig.lab.mountScratch("2m");
        RecordingTaskContext task = rig.task();
        try (ExportSession session = strategy.openExport(rig.request(), task)) {
            // only blocks that the backup holds are copied away when they are overwritten
            rig.lab.inGuest(
                    rig.uuid(),
                    "for i in 1 2 3; do dd if=/dev/urandom of=/data/file$i bs=100k count=10 conv=notrunc; done; sync;"
                            + " dd if=/dev/urandom of=/data/more bs=1M count=40; sync; dd if=/dev/urandom"
                            + " of=/boot/vmlinuz bs=1M count=7 conv=notrunc; sync");
            Awaitility.await("the machine stands still")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> rig.lab.state(rig.uuid()).equals("paused"));
            rig.finish(session);
        } finally {
            rig.lab.unmountScratch();
        }
        assertThat(task.log().warnings()).anyMatch(line -> line.contains("scratch directory"));
        rig.lab.awaitAgent(rig.uuid());

        assertThat(rig.afterwards(rig.local())).isEmpty();
    }
}

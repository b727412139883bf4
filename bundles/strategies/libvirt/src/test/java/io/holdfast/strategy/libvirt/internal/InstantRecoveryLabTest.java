package io.holdfast.strategy.libvirt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Linux guest that runs from a backup: its disk is in this process, as in a node. */
@Lab(KvmLab.NEEDED)
@NullUnmarked
class InstantRecoveryLabTest extends GuestFromBackup {

    @ParameterizedTest
    @ValueSource(strings = {"local", "ssh"})
    void a_machine_runs_from_a_backup_outlives_the_node_and_is_moved_while_it_runs(String connection) throws Exception {
        open(connection);
        awaitAgent();
        writeInGuest("/data/kept", "written before the node went");

        nodeGoes();
        Awaitility.await("the guest, which writes once a second, is halted")
                .atMost(Duration.ofSeconds(30))
                .until(() -> lab.virsh("domstate", machine()).equals("paused"));
        open(connection);
        Awaitility.await("the guest goes on").atMost(Duration.ofSeconds(30)).until(() -> {
            session.tend();
            return lab.agent(machine(), "{\"execute\":\"guest-ping\"}").contains("return");
        });
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");

        assertThat(session.move()).contains("2 images").contains("while it ran");
        nodeGoes();

        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("nbd");
        assertThat(lab.virsh("dumpxml", "--inactive", machine()))
                .doesNotContain("nbd")
                .doesNotContain("writethrough");
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");
        writeInGuest("/data/after", "and it goes on without the node");
        sync();
        lab.virsh("destroy", machine());
        lab.virsh("start", machine());
        awaitAgent();
        assertThat(readInGuest("/data/after")).isEqualTo("and it goes on without the node");
        assertThat(readInGuest("/data/kept")).isEqualTo("written before the node went");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "ssh"})
    void what_is_discarded_leaves_nothing(String connection) throws Exception {
        open(connection, "network", "none");
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("<interface");
        assertThat(session.place()).contains(name).contains("from the backup");

        session.discard();

        nothingIsLeft();
    }

    @Test
    void what_a_node_left_that_never_came_back_is_removed_by_the_journal() throws Exception {
        open("ssh");
        nodeGoes();
        open("local");
        session.close();

        for (var entry : task.journal().open()) {
            strategy.undo(entry, task);
        }

        nothingIsLeft();
    }

    @Test
    void a_node_that_dies_during_the_move_takes_the_machine_up_again_and_moves_it() throws Exception {
        open("ssh");
        awaitAgent();
        writeInGuest("/data/kept", "before the move");
        slow = true;
        CompletableFuture<Void> moving = CompletableFuture.runAsync(() -> {
            try {
                session.move();
            } catch (PluginException e) {
                throw new CompletionException(e);
            }
        });
        Awaitility.await("copies").atMost(Duration.ofSeconds(60)).until(() -> {
            if (moving.isDone()) {
                moving.join(); // which says why it ended
                throw new AssertionError("the move was over before its copies were seen");
            }
            return lab.virsh("dumpxml", machine()).contains("<mirror");
        });
        strategy.close(); // nothing can be cleaned up any more, as if the node were dead
        session.close();
        slow = false;
        assertThatThrownBy(moving::join).hasCauseInstanceOf(PluginException.class);
        assertThat(task.journal().open()).hasSize(2);

        open("ssh");
        Awaitility.await("the guest goes on").atMost(Duration.ofSeconds(60)).until(() -> {
            session.tend();
            return lab.agent(machine(), "{\"execute\":\"guest-ping\"}").contains("return");
        });
        assertThat(lab.virsh("dumpxml", machine())).doesNotContain("<mirror");
        assertThat(lab.imageFiles()).isEmpty();
        session.move();

        assertThat(readInGuest("/data/kept")).isEqualTo("before the move");
        assertThat(task.journal().open()).isEmpty();
        assertThat(lab.scratchFiles()).isEmpty();
    }

    @Test
    void a_machine_that_cannot_be_moved_runs_on_from_the_backup() throws Exception {
        open("local", "targetDirectory", lab.images().resolve("missing").toString());
        awaitAgent();

        assertThatThrownBy(() -> session.move()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.NOT_FOUND));

        writeInGuest("/data/kept", "all the same");
        Files.createDirectory(lab.images().resolve("missing"));
        session.move();
        assertThat(readInGuest("/data/kept")).isEqualTo("all the same");
    }

    @Test
    void a_move_is_cancelled_and_leaves_the_machine_where_it_was() throws Exception {
        open("local");
        awaitAgent();
        task.cancellation().cancel();

        assertThatThrownBy(() -> session.move()).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.CANCELLED));

        assertThat(lab.imageFiles()).isEmpty();
        assertThat(lab.agent(machine(), "{\"execute\":\"guest-ping\"}")).contains("return");
        session.discard();
        nothingIsLeft();
    }

    @Test
    void a_machine_that_was_shut_down_is_moved_too() throws Exception {
        open("local");
        awaitAgent();
        writeInGuest("/data/kept", "before the shutdown");
        sync();
        lab.virsh("destroy", machine());

        assertThat(session.move()).contains("stopped");

        assertThat(lab.virsh("domstate", machine())).isEqualTo("shut off");
        lab.virsh("start", machine());
        awaitAgent();
        assertThat(readInGuest("/data/kept")).isEqualTo("before the shutdown");
        assertThat(task.journal().open()).isEmpty();
    }

    @Test
    void the_guest_answers_soon() throws Exception {
        Path image = Files.copy(lab.guest(), lab.images().resolve("local.qcow2"));
        String local = lab.define("local " + name, new KvmLab.Disk("vda", "qcow2", image));
        for (int i = 0; i < 2; i++) {
            long begun = System.nanoTime();
            lab.virsh("start", local);
            awaitAgent(local);
            System.out.println("local image: " + millisSince(begun) + " ms");
            lab.virsh("destroy", local);
            for (String connection : List.of("local", "ssh")) {
                begun = System.nanoTime();
                open(connection);
                long opened = millisSince(begun);
                awaitAgent();
                System.out.println("from the backup, " + connection + ": " + millisSince(begun) + " ms, of which "
                        + opened + " ms until it was started");
                session.discard();
                nodeGoes();
                emptyNode();
            }
        }
    }

    private static long millisSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    @Test
    void a_name_that_is_taken_is_refused_before_anything_is_made() throws Exception {
        String taken =
                lab.define(name, new KvmLab.Disk("vda", "qcow2", lab.images().resolve("none.qcow2")));

        assertThatThrownBy(() -> open("local")).isInstanceOfSatisfying(PluginException.class, e -> assertThat(e.kind())
                .isEqualTo(ErrorKind.ALREADY_EXISTS));

        assertThat(lab.virsh("domstate", taken)).isEqualTo("shut off");
        assertThat(task.journal().open()).isEmpty();
    }
}

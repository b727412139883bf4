package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.AsRoot;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.KvmHost;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.Work;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of the node while it backs up or restores a machine, and a destination that fills up. */
@Lab(KvmHost.NEEDED)
class MachineKillIT {

    private final Scratch scratch = Scratch.create();
    private final String guest = "killed-" + System.nanoTime();
    private KvmHost host;
    private Appliance appliance;
    private Operator operator;
    private String instance;
    private String destination;

    @BeforeEach
    void given_a_guest_that_was_backed_up() {
        host = KvmHost.ofLab();
        String uuid = host.startGuest(guest);
        appliance = Appliance.unpackedIn(scratch.directory("appliance"))
                .configure("io.holdfast.core.dispatch", Map.of("lease.seconds", "5"))
                .start();
        operator = appliance.operator();
        instance = operator.instance(operator.provider("libvirt", "kvm", host.settings()), uuid);
        destination = operator.destination(scratch.directory("vault"));
        operator.backUp(instance, destination);
    }

    @AfterEach
    void end() {
        if (appliance != null) {
            appliance.close();
        }
        host.close();
        scratch.close();
    }

    private void kill() {
        appliance.kill();
        appliance.start();
        operator = appliance.operator();
    }

    /** Waits for a moment of a workflow; false if it has ended before. */
    private boolean reached(Work work, BooleanSupplier moment) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> moment.getAsBoolean()
                                ? "reached"
                                : operator.workflow(work.id()).ended() ? "ended" : "",
                        state -> !state.isEmpty())
                .equals("reached");
    }

    private void thenNothingIsLeftAndTheGuestGoesOn() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(host.hasJob(guest)).as("a backup job").isFalse();
            assertThat(host.checkpoints(guest)).hasSizeLessThanOrEqualTo(1);
            assertThat(host.scratchFiles()).isEmpty();
        });
        assertThat(host.virsh("domstate", guest).strip()).isEqualTo("running");
        assertThat(host.virsh("snapshot-list", "--name", guest).strip()).isEmpty();
        assertThat(host.isThawed(guest)).isTrue();
    }

    private void thenTheNextBackupIsGood() {
        BackupView next = operator.backUp(instance, destination);
        operator.verify(next.id()).finished();
        assertThat(host.checkpoints(guest)).hasSize(1);
        thenNothingIsLeftAndTheGuestGoesOn();
    }

    @Test
    void a_node_that_is_killed_in_a_phase_of_a_backup_leaves_nothing() {
        Map<String, BooleanSupplier> phases = new LinkedHashMap<>();
        phases.put("before the checkpoint", () -> !host.scratchFiles().isEmpty());
        phases.put("while it reads", () -> host.hasJob(guest));
        phases.put("after the checkpoint", () -> host.checkpoints(guest).size() == 2 && !host.hasJob(guest));
        phases.forEach((phase, moment) -> {
            host.write(guest, "/data/" + phase.replace(' ', '-'), "x".repeat(2000));
            Work work = operator.startBackup(instance, destination);
            boolean reached = reached(work, moment);
            kill();
            operator.await(work).finished();
            System.out.println("MachineKillIT: killed " + (reached ? phase : "after the end"));
            thenNothingIsLeftAndTheGuestGoesOn();
        });
        thenTheNextBackupIsGood();
    }

    @Test
    void a_node_that_is_killed_while_it_restores_makes_the_machine_once() {
        String name = guest + "-restored";
        host.adopt(name);
        int images = host.imageFiles().size();
        ObjectNode body = Rest.object();
        body.putObject("settings")
                .put("name", name)
                .put("targetDirectory", host.images().toString());
        String backup = operator.backupsOf(instance).get(0).id();
        Work work = new Work(operator.rest()
                .post("backups/" + backup + "/restore", body)
                .expect(202)
                .json());
        boolean reached = reached(work, () -> host.imageFiles().size() > images);
        kill();
        operator.await(work).finished();
        System.out.println("MachineKillIT: killed " + (reached ? "while it restored" : "after the end"));

        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(host.imageFiles())
                .as("the images of the first attempt went")
                .hasSize(images + 1));
        host.virsh("start", name);
        host.awaitGuest(name);
        thenTheNextBackupIsGood();
    }

    @Test
    @AsRoot("mounts a small file system")
    void a_destination_that_is_full_fails_the_backup_and_the_next_one_to_another_is_good() {
        Path small = scratch.directory("small");
        Command.run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", small.toString());
        try {
            ObjectNode body = Operator.destinationBody("small", small);
            ((ObjectNode) body.path("settings")).put("reserve", "0");
            JsonNode made =
                    operator.rest().post("destinations", body).expect(201).json();
            operator.await(made.path("workflow")).finished();
            String full = made.path("destination").path("id").asText();
            operator.tryBackup(instance, full).failedWith("QUOTA");
            thenNothingIsLeftAndTheGuestGoesOn();
        } finally {
            Command.run("umount", "-l", small.toString());
        }
        thenTheNextBackupIsGood();
    }
}

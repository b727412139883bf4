package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.KvmHost;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.Work;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine that runs straight from a backup: within seconds, over the death of the appliance, and on to production storage. */
@Lab(KvmHost.NEEDED)
class InstantRecoveryIT {

    private final Scratch scratch = Scratch.create();
    private final String guest = "guest-" + System.nanoTime();
    private final String instant = guest + "-instant";
    private KvmHost host;
    private Appliance appliance;
    private Operator operator;
    private String destination;
    private String instance;
    private BackupView backup;
    private long localMillis;

    @BeforeEach
    void given_a_backup_of_a_guest() {
        host = KvmHost.ofLab();
        appliance = Appliance.unpackedIn(scratch.directory("appliance"))
                .configure("io.holdfast.core.dispatch", Map.of("lease.seconds", "5"))
                .start();
        operator = appliance.operator();
        String uuid = host.startGuest(guest);
        host.write(guest, "/data/before", "in the backup");
        String provider = operator.provider("libvirt", "kvm", host.settings());
        instance = operator.discovered(provider, uuid);
        destination = operator.destination(scratch.directory("vault"));
        backup = operator.backUp(instance, destination);
        host.virsh("destroy", guest);
        long begun = System.nanoTime();
        host.virsh("start", guest);
        host.awaitGuest(guest);
        localMillis = millisSince(begun);
        host.virsh("destroy", guest);
    }

    @AfterEach
    void end() {
        if (appliance != null) {
            appliance.close();
        }
        host.close();
        scratch.close();
    }

    private static long millisSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    private Work startFromBackup() {
        host.adopt(instant);
        ObjectNode body = Rest.object();
        body.putObject("settings")
                .put("name", instant)
                .put("targetDirectory", host.images().toString());
        JsonNode workflow = operator.rest()
                .post("backups/" + backup.id() + "/instant-recovery", body)
                .expect(202)
                .json();
        return new Work(workflow);
    }

    private void askToEnd(Work work, String mode) {
        operator.rest()
                .post("workflows/" + work.id() + "/end", Rest.object().put("mode", mode))
                .expect(202);
    }

    private void awaitRuns(Work work) {
        operator.awaitThat(
                work,
                w -> StreamSupport.stream(w.tasks().spliterator(), false)
                        .anyMatch(t -> t.path("progress").path("step").asText().contains("runs on")),
                "runs from the backup");
    }

    @Test
    void a_machine_boots_from_a_backup_outlives_the_appliance_and_is_moved_while_it_runs() {
        long begun = System.nanoTime();
        Work work = startFromBackup();
        host.awaitGuest(instant);
        long instantMillis = millisSince(begun);
        System.out.println("InstantRecoveryIT: from the request to the guest agent " + instantMillis
                + " ms, from the local disk " + localMillis + " ms");
        awaitRuns(work);
        assertThat(host.read(instant, "/data/before")).isEqualTo("in the backup");
        host.write(instant, "/data/kept", "written before the appliance was killed");
        host.sync(instant);

        appliance.kill();
        Awaitility.await("the guest, which writes once a second, is halted")
                .atMost(Duration.ofSeconds(30))
                .until(() -> host.virsh("domstate", instant).strip().equals("paused"));
        appliance.start();
        operator = appliance.operator();
        // QEMU may halt it once more until all of its disks are served again; then the appliance lets it go on
        Awaitility.await("the guest goes on with its disks")
                .atMost(Duration.ofSeconds(60))
                .ignoreException(IllegalStateException.class)
                .untilAsserted(() -> assertThat(host.read(instant, "/data/kept"))
                        .isEqualTo("written before the appliance was killed"));
        awaitRuns(work);

        askToEnd(work, "MOVE");
        Work moved = operator.await(work).finished();
        assertThat(moved.message()).contains("while it ran");
        appliance.stop();
        assertThat(host.read(instant, "/data/kept")).isEqualTo("written before the appliance was killed");
        host.write(instant, "/data/after", "written without the appliance");
        host.sync(instant);
        host.virsh("destroy", instant);
        host.virsh("start", instant);
        host.awaitGuest(instant);
        assertThat(host.read(instant, "/data/kept")).isEqualTo("written before the appliance was killed");
        assertThat(host.read(instant, "/data/after")).isEqualTo("written without the appliance");
        assertThat(host.scratch()).isEmptyDirectory();
        assertThat(mounts()).isEmptyDirectory();
        assertThat(instantMillis).as("from request to guest agent").isLessThan(localMillis + 30_000);
    }

    private Path mounts() {
        return appliance.data().resolve("node/mounts");
    }

    @Test
    void a_backup_is_kept_while_a_machine_runs_from_it_and_discarding_leaves_nothing() {
        Work work = startFromBackup();
        awaitRuns(work);
        BackupView newer = operator.backUp(instance, destination);
        operator.rest().delete("backups/" + backup.id()).expect(409);
        operator.keepLast(1, instance, destination).finished();
        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).contains(backup.id(), newer.id());
        host.awaitGuest(instant);

        askToEnd(work, "DISCARD");

        operator.await(work).finished();
        assertThat(host.virsh("list", "--all", "--name")).doesNotContain(instant);
        assertThat(host.scratch()).isEmptyDirectory();
        assertThat(mounts()).isEmptyDirectory();
        operator.keepLast(1, instance, destination).finished();
        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).containsExactly(newer.id());
    }

    @Test
    void cancelling_discards_what_runs_even_if_the_appliance_was_killed_before() {
        Work work = startFromBackup();
        awaitRuns(work);
        appliance.kill();
        appliance.start();
        operator = appliance.operator();
        operator.rest()
                .post("workflows/" + work.id() + "/cancel", Rest.object())
                .expect(202);

        operator.await(work).inState("CANCELLED");

        Awaitility.await("the machine is gone").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(host.virsh("list", "--all", "--name")).doesNotContain(instant);
            assertThat(host.scratch()).isEmptyDirectory();
            assertThat(Files.exists(mounts()) ? mounts().toFile().list() : new String[0])
                    .isEmpty();
        });
    }

    @Test
    void a_backup_is_proven_by_a_machine_that_boots_from_it_alone() {
        Set<String> before = Set.of(host.virsh("list", "--all", "--uuid").split("\\s+"));

        operator.await(operator.rest().post("backups/" + backup.id() + "/boot-proof", Rest.object()))
                .finished();

        JsonNode boot = operator.rest().get("backups/" + backup.id()).json().path("boot");
        assertThat(boot.path("good").asBoolean()).as(boot.toString()).isTrue();
        assertThat(boot.path("message").asText()).contains("the guest agent answers");
        assertThat(boot.path("durationMillis").asLong()).isPositive();
        assertThat(Set.of(host.virsh("list", "--all", "--uuid").split("\\s+"))).isEqualTo(before);
        assertThat(host.scratch()).isEmptyDirectory();
    }

    @Test
    void the_command_line_proves_a_backup_with_a_port_and_a_picture_and_says_what_does_not_pass() throws Exception {
        Path picture = scratch.path("screen.png");

        Command.Result passed = appliance.tool(
                "boot-proof", backup.id(), "--set", "tcpPorts=2222=220 lab", "--screenshot", picture.toString());

        assertThat(passed.output()).contains("lab guest is up", "PASSED", "port 2222 says 220 lab");
        assertThat(passed.status()).isZero();
        byte[] png = Files.readAllBytes(picture);
        assertThat(png).startsWith((byte) 0x89, 'P', 'N', 'G');
        assertThat(appliance
                        .shell()
                        .run("holdfast:backup-show " + backup.id())
                        .succeeded()
                        .out())
                .contains("/api/v1/backups/" + backup.id() + "/proof/screenshot");

        Command.Result failed = appliance.tool(
                "boot-proof", backup.id(), "--set", "tcpPorts=81", "--set", "agent=false", "--set", "timeLimit=15");

        assertThat(failed.output()).contains("NOT PASSED", "port 81 does not answer");
        assertThat(failed.status()).isEqualTo(3);
        operator.rest().get("backups/" + backup.id() + "/proof/screenshot").expect(404);
        assertThat(host.scratch()).isEmptyDirectory();
    }

    @Test
    void the_command_line_runs_a_machine_from_a_backup_and_ends_it() {
        host.adopt(instant);

        Command.Result started = appliance.tool("instant-recovery", "start", backup.id(), "--set", "name=" + instant);
        assertThat(started.output()).contains("runs on").contains("instant-recovery end");
        assertThat(started.status()).isZero();
        host.awaitGuest(instant);
        String listed = appliance.tool("instant-recovery", "list").output();
        assertThat(listed).contains(backup.id(), instant);
        Command.Result ended = appliance.tool("instant-recovery", "end", listed.split(" ")[0], "--discard");

        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(appliance.tool("instant-recovery", "list").output()).contains("Nothing runs");
        assertThat(host.virsh("list", "--all", "--name")).doesNotContain(instant);
        assertThat(host.scratch()).isEmptyDirectory();
    }
}

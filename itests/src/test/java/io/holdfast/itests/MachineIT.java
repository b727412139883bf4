package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.KvmHost;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Work;
import io.holdfast.testkit.lab.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running virtual machine: found, backed up in full and by what has changed, restored as a new one, and booted. */
@Lab(KvmHost.NEEDED)
class MachineIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static KvmHost host;
    private static Operator operator;
    private static String guest;
    private static String provider;
    private static String instance;
    private static String destination;
    private static BackupView full;
    private static BackupView incremental;

    @BeforeAll
    static void given_two_backups_of_a_guest_that_went_on_writing() {
        host = KvmHost.ofLab();
        operator = APPLIANCE.operator();
        guest = "guest-" + System.nanoTime();
        String uuid = host.startGuest(guest);
        provider = operator.provider("libvirt", "kvm", host.settings());
        instance = operator.discovered(provider, uuid);
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        full = operator.backUp(instance, destination);
        host.write(guest, "/data/after-the-first-backup", "it is there");
        incremental = operator.backUp(instance, destination);
    }

    @AfterAll
    static void end() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void the_first_backup_reads_what_is_allocated_and_the_second_only_what_has_changed() {
        assertThat(full.incremental()).isFalse();
        assertThat(full.logicalBytes())
                .as("the disk and the documents beside it")
                .isBetween(512L << 20, 513L << 20);
        assertThat(incremental.incremental()).isTrue();
        assertThat(incremental.readBytes()).isBetween(1L, 64L << 20);
    }

    @Test
    void nothing_is_left_on_the_host_but_the_checkpoint_of_the_last_backup() {
        assertThat(host.checkpoints(guest)).hasSize(1);
        assertThat(host.hasJob(guest)).isFalse();
    }

    @Test
    void both_backups_are_whole() {
        operator.verify(full.id()).finished();
        operator.verify(incremental.id()).finished();
    }

    @Test
    void the_machine_is_restored_as_a_new_one_that_boots_and_has_what_was_written() {
        String name = guest + "-restored";
        host.adopt(name);
        ObjectNode body = Rest.object();
        body.putObject("settings")
                .put("name", name)
                .put("targetDirectory", host.images().toString())
                .put("start", "true");
        Work work = operator.await(operator.rest().post("backups/" + incremental.id() + "/restore", body));

        work.finished();
        host.awaitGuest(name);
        assertThat(host.read(name, "/data/after-the-first-backup")).isEqualTo("it is there");
        assertThat(host.read(name, "/data/SUMS")).isEqualTo(host.read(guest, "/data/SUMS"));
    }

    @Test
    void a_machine_that_exists_is_not_replaced_unless_asked_for() {
        ObjectNode body = Rest.object();
        body.putObject("settings").put("name", guest);

        operator.await(operator.rest().post("backups/" + full.id() + "/restore", body))
                .failedWith("ALREADY_EXISTS");
    }
}

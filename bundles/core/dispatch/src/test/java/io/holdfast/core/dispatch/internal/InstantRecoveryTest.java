package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.FakeHypervisor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that runs from a backup, from the request to the provider, with nodes that die. */
class InstantRecoveryTest {

    private static final byte[] DATA = "in the backup".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRITTEN = "written".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private Appliance appliance;
    private String backup;

    @BeforeEach
    void given_a_backup() throws Exception {
        appliance = new Appliance(directory);
        appliance.hypervisor.addMachine("vm1").addDisk("vda", 1 << 20).write(4096, DATA);
        Workflow made = appliance.end(appliance.backUp());
        assertThat(made.state()).as(made.message()).isEqualTo(WorkflowState.FINISHED);
        backup = made.backupId();
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private Workflow start() throws Exception {
        Workflow w =
                appliance.submit(new WorkflowRequest.InstantRecovery(backup, null, Map.of("name", List.of("vm2"))));
        awaitRuns(w);
        return w;
    }

    private void awaitRuns(Workflow w) {
        await().until(() -> {
            Task task = appliance.task(w, TaskType.MOUNT);
            return task.state() == TaskState.RUNNING
                    && task.parameters().containsKey(TaskParameters.SESSION)
                    && task.progress().step().contains("runs from the backup");
        });
    }

    @Test
    void that_it_runs_is_told_no_sooner_than_where() throws Exception {
        Workflow w =
                appliance.submit(new WorkflowRequest.InstantRecovery(backup, null, Map.of("name", List.of("vm2"))));
        await().until(() -> appliance.task(w, TaskType.MOUNT).parameters().containsKey(TaskParameters.SESSION));

        assertThat(appliance.task(w, TaskType.MOUNT).progress().step()).contains("runs from the backup");
        appliance.server.end(w.id(), false);
        appliance.end(w);
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        await().untilAsserted(() -> {
            assertThat(appliance.hypervisor.leftovers()).isEmpty();
            assertThat(appliance.catalog.journal().all()).isEmpty();
            try (Stream<Path> mounts = Files.list(directory.resolve("node-1").resolve("mounts"))) {
                assertThat(mounts).isEmpty();
            }
        });
    }

    @Test
    void what_it_writes_outlives_the_node_and_goes_with_it_to_production() throws Exception {
        Workflow w = start();
        assertThat(appliance.hypervisor.writeInstant("vm2", WRITTEN)).isTrue();
        appliance.killNode();
        assertThat(appliance.hypervisor.writeInstant("vm2", DATA))
                .as("it waits")
                .isFalse();
        appliance.startNode("node-1");
        awaitRuns(w);

        appliance.server.end(w.id(), true);

        Workflow ended = appliance.end(w);
        assertThat(ended.state()).as(ended.message()).isEqualTo(WorkflowState.FINISHED);
        byte[] disk = appliance.hypervisor.machine("vm2").disk("vda").content();
        assertThat(disk).startsWith(WRITTEN);
        assertThat(disk).containsSubsequence(DATA);
        nothingIsLeft();
    }

    @Test
    void only_its_own_node_takes_it_up_again() throws Exception {
        Workflow w = start();
        appliance.killNode();
        appliance.startNode("node-2");
        await().until(() -> appliance.task(w, TaskType.MOUNT).state() == TaskState.QUEUED);
        await().untilAsserted(() ->
                assertThat(appliance.task(w, TaskType.MOUNT).message()).contains("node-1"));
        appliance.killNode();
        appliance.startNode("node-1");
        awaitRuns(w);
        appliance.server.end(w.id(), false);
        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.FINISHED);
        nothingIsLeft();
    }

    @Test
    void a_move_that_fails_is_told_and_may_be_asked_for_again() throws Exception {
        Workflow w = start();
        appliance.hypervisor.failNext(FakeHypervisor.Operation.MOVE_MACHINE, ErrorKind.QUOTA);
        appliance.server.end(w.id(), true);
        await().untilAsserted(() -> assertThat(appliance.log(w, TaskType.MOUNT))
                .anyMatch(line -> line.contains("was not moved and runs on")));
        await().until(() -> !appliance.task(w, TaskType.MOUNT).parameters().containsKey(TaskParameters.END));
        assertThat(appliance.hypervisor.writeInstant("vm2", WRITTEN)).isTrue();

        appliance.server.end(w.id(), true);

        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        assertThat(appliance.hypervisor.machine("vm2").disk("vda").content()).startsWith(WRITTEN);
        nothingIsLeft();
    }

    @Test
    void cancelling_discards_whether_or_not_the_node_is_there() throws Exception {
        Workflow w = start();
        appliance.server.cancel(w.id());
        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.CANCELLED);
        nothingIsLeft();

        Workflow dead = start();
        appliance.killNode();
        await().until(() -> appliance.task(dead, TaskType.MOUNT).state() == TaskState.QUEUED);
        appliance.server.cancel(dead.id());
        appliance.startNode("node-1");
        assertThat(appliance.end(dead).state()).isEqualTo(WorkflowState.CANCELLED);
        nothingIsLeft();
    }

    @Test
    void a_name_that_is_taken_ends_it_at_once() throws Exception {
        Workflow w = appliance.run(new WorkflowRequest.InstantRecovery(backup, null, Map.of("name", List.of("vm1"))));
        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(w.errorKind()).isEqualTo("ALREADY_EXISTS");
    }

    @Test
    void a_backup_is_not_forgotten_while_something_runs_from_it() throws Exception {
        Workflow w = start();
        assertThatThrownBy(() -> appliance.submit(new WorkflowRequest.Forget("d1", List.of(backup))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        appliance.server.end(w.id(), false);
        appliance.end(w);
        assertThat(appliance
                        .run(new WorkflowRequest.Forget("d1", List.of(backup)))
                        .state())
                .isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void only_what_runs_can_be_ended_and_only_once() throws Exception {
        Workflow made = appliance.backUp();
        assertThatThrownBy(() -> appliance.server.end(made.id(), true)).hasMessageContaining("no instant recovery");
        appliance.end(made);
        assertThatThrownBy(() -> appliance.server.end("none", true)).isInstanceOf(PluginException.class);
        Workflow w = start();
        appliance.server.end(w.id(), false);
        assertThatThrownBy(() -> appliance.server.end(w.id(), true)).isInstanceOf(PluginException.class);
        appliance.end(w);
    }

    @Test
    void what_a_boot_proof_finds_is_kept_with_the_backup() throws Exception {
        Workflow proven = appliance.run(new WorkflowRequest.BootProof(backup, null, Map.of()));

        assertThat(proven.state()).as(proven.message()).isEqualTo(WorkflowState.FINISHED);
        Backup.Boot boot =
                appliance.catalog.backups().find(backup).orElseThrow().boot();
        assertThat(boot).isNotNull();
        assertThat(boot.good()).isTrue();
        assertThat(boot.message()).isEqualTo("the guest agent answers");
        assertThat(boot.console()).isEqualTo("login:");
        assertThat(boot.output()).isEqualTo("looked");
        assertThat(boot.screenshot()).isTrue();
        assertThat(appliance.catalog.backups().screenshot(backup).orElseThrow()).containsExactly(1, 2, 3);
    }

    @Test
    void a_machine_that_does_not_boot_is_a_finding_and_not_a_failure() throws Exception {
        appliance.hypervisor.machine("vm1").disk("vda").write(0, new byte[] {'X'});
        String broken = appliance.end(appliance.backUp()).backupId();

        Workflow proven = appliance.run(new WorkflowRequest.BootProof(broken, null, Map.of()));

        assertThat(proven.state()).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        Backup kept = appliance.catalog.backups().find(broken).orElseThrow();
        assertThat(kept.boot()).isNotNull();
        assertThat(kept.boot().good()).isFalse();
        assertThat(kept.boot().screenshot()).isFalse();
        assertThat(appliance.catalog.backups().screenshot(broken)).isEmpty();
        assertThat(kept.verification()).isEqualTo(Backup.Verification.NEVER);
    }
}

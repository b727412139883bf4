package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.BackupContents;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.testkit.fake.FakeFile;
import io.holdfast.testkit.fake.FakeHypervisor.Operation;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndToEndTest {

    @TempDir
    Path directory;

    private Appliance appliance;
    private byte[] data;

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory);
        data = new byte[3 << 20];
        new Random(1).nextBytes(data);
        var machine = appliance.hypervisor.addMachine("vm1");
        machine.addDisk("vda", 8 << 20).write(1 << 20, data);
        NavigableMap<EntryPath, FakeFile> tree = machine.addTree("root");
        tree.put(EntryPath.of("etc"), FakeFile.directory());
        tree.put(EntryPath.of("etc/hosts"), FakeFile.file("127.0.0.1 localhost".getBytes(StandardCharsets.UTF_8)));
        tree.put(EntryPath.of("etc/motd"), FakeFile.file("welcome".getBytes(StandardCharsets.UTF_8)));
        machine.addStream("dump", "create table t".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private Backup backedUp() throws Exception {
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return appliance.catalog.backups().find(w.backupId()).orElseThrow();
    }

    @Test
    void aMachineIsBackedUpAndRestoredToTheByte() throws Exception {
        Backup backup = backedUp();
        assertThat(backup.status()).isEqualTo(Backup.Status.SUCCESS);
        assertThat(backup.incremental()).isFalse();
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
        assertThat(appliance.catalog.journal().all()).isEmpty();

        Workflow restore = appliance.run(
                new WorkflowRequest.Restore(backup.id(), null, Map.of("name", List.of("copy")), List.of()));
        assertThat(restore.state()).as(restore.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.hypervisor.machine("copy").disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
    }

    @Test
    void theSecondBackupReadsOnlyWhatChanged() throws Exception {
        backedUp();
        appliance.hypervisor.machine("vm1").disk("vda").write(0, "changed".getBytes(StandardCharsets.UTF_8));
        Backup second = backedUp();
        assertThat(second.incremental()).isTrue();
        assertThat(second.stats().readBytes()).isLessThan(1 << 20);
        Workflow restore = appliance.run(
                new WorkflowRequest.Restore(second.id(), null, Map.of("name", List.of("copy")), List.of()));
        assertThat(restore.state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.hypervisor.machine("copy").disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());
    }

    @Test
    void aFullBackupReadsEverythingAgain() throws Exception {
        backedUp();
        Workflow w = appliance.run(new WorkflowRequest.BackUp(Appliance.INSTANCE, "d1", true));
        Backup second = appliance.catalog.backups().find(w.backupId()).orElseThrow();
        assertThat(second.incremental()).isFalse();
        assertThat(second.stats().readBytes()).isGreaterThan(2 << 20);
    }

    @Test
    void aLostTokenIsAReasonNotAFailure() throws Exception {
        backedUp();
        var machine = appliance.hypervisor.machine("vm1");
        machine.checkpoints().forEach(machine::loseCheckpoint);
        Backup second = backedUp();
        assertThat(second.fullReadReason()).isNotEmpty();
        assertThat(second.incremental()).isFalse();
    }

    @Test
    void backupsCanBeBrowsedWithoutRestoringThem() throws Exception {
        Backup backup = backedUp();
        BackupContents contents = appliance.contents();
        assertThat(contents.sources(backup.id()))
                .extracting(BackupContents.SourceInfo::name)
                .containsExactlyInAnyOrder("vda", "root", "dump");
        assertThat(contents.list(backup.id(), "root", EntryPath.of("etc"), null, 10))
                .extracting(e -> e.path().toString())
                .containsExactly("etc/hosts", "etc/motd");
        assertThat(contents.list(
                        backup.id(), "root", EntryPath.of("etc"), "hosts".getBytes(StandardCharsets.UTF_8), 10))
                .extracting(e -> e.path().toString())
                .containsExactly("etc/motd");
        try (InputStream in = contents.read(backup.id(), "root", EntryPath.of("etc/motd"), 3, 100)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("come");
        }
        try (InputStream in = contents.read(backup.id(), "vda", EntryPath.ROOT, 1 << 20, data.length)) {
            assertThat(in.readAllBytes()).isEqualTo(data);
        }
        assertThat(contents.stat(backup.id(), "root", EntryPath.of("nothing"))).isEmpty();
        assertThat(contents.problems(backup.id(), 0, 10)).isEmpty();
    }

    @Test
    void inventoryTellsEveryInstance() throws Exception {
        appliance.hypervisor.addMachine("vm2");
        Workflow w = appliance.run(new WorkflowRequest.Inventory("p1", null));
        assertThat(w.state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.assets.inventories.get("p1"))
                .extracting(i -> i.externalId())
                .containsExactlyInAnyOrder("vm1", "vm2");
        assertThat(appliance.assets.health).containsEntry("p1", "good");
    }

    @Test
    void theRecoveryKeyOfANewVaultIsKept() {
        assertThat(appliance.assets.recoveryKeys).hasSize(1);
    }

    @Test
    void aPassingFailureIsTriedAgainAndLeavesNothing() throws Exception {
        appliance.hypervisor.failNext(Operation.READ, ErrorKind.UNAVAILABLE);
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.task(w, TaskType.EXPORT).attempt()).isEqualTo(2);
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
    }

    @Test
    void aSnapshotThatCouldNotBeRemovedIsCleanedUpLater() throws Exception {
        appliance.hypervisor.failNext(Operation.DELETE_SNAPSHOT, ErrorKind.UNAVAILABLE);
        appliance.hypervisor.failNext(Operation.DELETE_SNAPSHOT, ErrorKind.UNAVAILABLE);
        appliance.end(appliance.backUp());
        await().untilAsserted(() -> {
            assertThat(appliance.hypervisor.leftovers()).isEmpty();
            assertThat(appliance.catalog.journal().all()).isEmpty();
        });
    }

    @Test
    void aFailureThatPeopleMustMendIsNotTriedAgain() throws Exception {
        appliance.hypervisor.failNext(Operation.CREATE_SNAPSHOT, ErrorKind.PERMISSION);
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(w.errorKind()).isEqualTo("PERMISSION");
        assertThat(appliance.backupsOnVault()).isZero();
        assertThat(appliance.hypervisor.leftovers()).isEmpty();
    }

    @Test
    void aCommitThatNobodyHeardOfIsFoundByTheNextAttempt() throws Exception {
        appliance.wire.failNext("found", Integer.MAX_VALUE);
        Workflow w = appliance.backUp();
        await().until(() -> appliance.backupsOnVault() == 1);
        await().until(() -> appliance.wire.calls("found") > 0);
        appliance.killNode();
        assertThat(appliance.catalog.backups().find("any")).isEmpty();
        appliance.startNode("node-2");
        Workflow ended = appliance.end(w);
        assertThat(ended.state()).as(ended.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.backupsOnVault()).as("it is not made twice").isEqualTo(1);
        assertThat(appliance.catalog.backups().find(ended.backupId())).isPresent();
    }

    @Test
    void whatIsToldAgainAndAgainUntilItArrivesDoesNotFailTheBackup() throws Exception {
        appliance.wire.failNext("found", 2);
        appliance.wire.failNext("complete", 3);
        Backup backup = backedUp();
        assertThat(backup.verification()).isEqualTo(Backup.Verification.NEVER);
    }

    @Test
    void nothingIsLeftInStagingOrScratch() throws Exception {
        backedUp();
        Path node = directory.resolve("node-1");
        await().untilAsserted(() -> {
            assertThat(node.resolve("scratch"))
                    .satisfiesAnyOf(p -> assertThat(p).doesNotExist(), p -> assertThat(p)
                            .isEmptyDirectory());
            try (var files = Files.list(node.resolve("staging"))) {
                assertThat(files.filter(Files::isDirectory)).isEmpty();
            }
        });
    }

    @Test
    void aSmallBackupTakesNoLongerThanASecond() throws Exception {
        appliance.hypervisor.machine("vm1");
        var empty = appliance.hypervisor.addMachine("empty");
        empty.addTree("root");
        appliance
                .catalog
                .instances()
                .add(new io.holdfast.core.catalog.Instance(
                        "empty",
                        "p1",
                        "empty",
                        "empty",
                        "machine",
                        0,
                        Map.of(),
                        Map.of(),
                        true,
                        java.time.Instant.EPOCH));
        appliance.run(new WorkflowRequest.BackUp("empty", "d1", false));
        long before = System.nanoTime();
        Workflow w = appliance.run(new WorkflowRequest.BackUp("empty", "d1", false));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertThat(w.state()).isEqualTo(WorkflowState.FINISHED);
        assertThat(took).isLessThan(Duration.ofSeconds(1));
    }
}

package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.plugins.DestinationOptions;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.spi.destination.ObjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceTest {

    private static final RetentionRule KEEP_ONE = RetentionRule.of(new KeepRule(1, 0, 0, 0, 0, 0, Duration.ZERO));

    @TempDir
    Path directory;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory);
        appliance.hypervisor.addMachine("vm1").addDisk("vda", 8 << 20).write(0, random(1, 4 << 20));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Backup backedUp() throws Exception {
        Workflow w = appliance.end(appliance.backUp());
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return row(w.backupId());
    }

    private Backup row(String id) {
        return appliance.catalog.backups().find(id).orElseThrow();
    }

    private Workflow good(WorkflowRequest request) throws Exception {
        Workflow w = appliance.run(request);
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return w;
    }

    private void loseAPack() {
        ObjectKey largest = appliance.store.keys().stream()
                .max((a, b) -> Integer.compare(appliance.store.bytes(a).length, appliance.store.bytes(b).length))
                .orElseThrow();
        appliance.store.lose(largest);
    }

    @Test
    void aVerifiedBackupShowsWhenItWasProven() throws Exception {
        Backup one = backedUp();
        Backup two = backedUp();
        good(new WorkflowRequest.Verify("d1", one.id(), 0, 1, true));
        assertThat(row(one.id()).verification()).isEqualTo(Backup.Verification.GOOD);
        assertThat(row(one.id()).verified()).isNotNull();
        assertThat(row(two.id()).verification()).isEqualTo(Backup.Verification.NEVER);
        good(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        assertThat(row(two.id()).verification()).isEqualTo(Backup.Verification.GOOD);
    }

    @Test
    void oneSliceOfManyProvesNoBackupWhole() throws Exception {
        Backup one = backedUp();
        good(new WorkflowRequest.Verify("d1", null, 0, 4, false));
        assertThat(row(one.id()).verification()).isEqualTo(Backup.Verification.NEVER);
    }

    @Test
    void lossIsFoundNamedAndHealedByTheNextBackup() throws Exception {
        Backup one = backedUp();
        loseAPack();
        Workflow verify = appliance.run(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        assertThat(verify.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(verify.errorKind()).isEqualTo("CORRUPT_DATA");
        assertThat(row(one.id()).verification()).isEqualTo(Backup.Verification.DAMAGED);
        assertThat(appliance.log(verify, TaskType.VERIFY)).anyMatch(l -> l.contains("MISSING"));

        Backup two = backedUp();
        assertThat(two.fullReadReason()).isEqualTo("PREVIOUS_DAMAGED");
        Workflow again = appliance.run(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        assertThat(again.state())
                .as("the pack is still missing, but nothing needs it")
                .isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        assertThat(row(two.id()).verification()).isEqualTo(Backup.Verification.GOOD);
        assertThat(row(one.id()).verification()).as("the source still had it").isEqualTo(Backup.Verification.GOOD);
    }

    private void keepParity(int percent) {
        Map<String, List<String>> settings = Map.of(DestinationOptions.PARITY, List.of(Integer.toString(percent)));
        appliance
                .catalog
                .destinations()
                .change(
                        "d1",
                        d -> new Destination(
                                d.id(), d.type(), d.name(), settings, d.vaultId(), d.health(), d.totalBytes(), null));
    }

    private List<ObjectKey> stored(String folder) {
        return appliance.store.keys().stream()
                .filter(k -> k.value().startsWith(folder))
                .toList();
    }

    private void rot() {
        for (ObjectKey pack : stored("packs/")) {
            byte[] bytes = appliance.store.bytes(pack);
            bytes[bytes.length / 2] ^= 1;
            int lost = bytes.length > 100_000 ? bytes.length / 10 : 100;
            appliance.store.overwrite(pack, java.util.Arrays.copyOf(bytes, bytes.length - lost));
        }
    }

    @Test
    void aDestinationWithParityIsRepairedByVerificationAndRestoresMeanwhile() throws Exception {
        keepParity(20);
        Backup one = backedUp();
        int packs = stored("packs/").size();
        assertThat(stored("parity/")).hasSize(packs);
        rot();
        Workflow restore =
                appliance.run(new WorkflowRequest.Restore(one.id(), null, Map.of("name", List.of("copy")), List.of()));
        assertThat(restore.state()).as(restore.message()).isEqualTo(WorkflowState.FINISHED);
        assertThat(appliance.log(restore, TaskType.RESTORE)).anyMatch(l -> l.contains("by way of their parity"));
        assertThat(appliance.hypervisor.machine("copy").disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());

        Workflow verify = appliance.run(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        assertThat(verify.state()).as(verify.message()).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        assertThat(appliance.log(verify, TaskType.VERIFY))
                .anyMatch(l -> l.contains("Repaired from its parity"))
                .anyMatch(l -> l.contains(one.id()) && l.contains("whole again"));
        assertThat(appliance.task(verify, TaskType.VERIFY).message()).contains(packs + " damaged ones repaired");
        assertThat(row(one.id()).verification()).isEqualTo(Backup.Verification.GOOD);

        good(new WorkflowRequest.Prune("d1", null, KEEP_ONE, false));
        good(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        assertThat(stored("parity/")).hasSameSizeAs(stored("packs/"));
    }

    @Test
    void parityThatIsTurnedOnLaterIsAddedByVerification() throws Exception {
        backedUp();
        assertThat(stored("parity/")).isEmpty();
        keepParity(5);
        Workflow verify = good(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        assertThat(stored("parity/")).hasSameSizeAs(stored("packs/"));
        assertThat(appliance.task(verify, TaskType.VERIFY).message())
                .contains("parity added to " + stored("packs/").size());
    }

    @Test
    void aPruneForgetsByTheRuleAndFreesSpace() throws Exception {
        for (int i = 1; i <= 3; i++) {
            appliance.hypervisor.machine("vm1").disk("vda").write(0, random(i, 4 << 20));
            good(new WorkflowRequest.BackUp(Appliance.INSTANCE, "d1", true));
        }
        long before = appliance.store.used();
        Workflow preview = good(new WorkflowRequest.Prune("d1", null, KEEP_ONE, true));
        assertThat(preview.message()).contains("would forget 2");
        assertThat(appliance.backupsOnVault()).isEqualTo(3);

        Workflow prune = good(new WorkflowRequest.Prune("d1", null, KEEP_ONE, false));
        assertThat(prune.message()).contains("forgot 2");
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
        assertThat(appliance.store.used()).isLessThan(before - (4 << 20));
        Backup left = appliance
                .catalog
                .backups()
                .list(null, "d1", io.holdfast.core.catalog.PageRequest.first(10))
                .items()
                .get(0);
        good(new WorkflowRequest.Restore(left.id(), null, Map.of("name", List.of("copy")), List.of()));
        assertThat(appliance.hypervisor.machine("copy").disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());
    }

    @Test
    void chosenBackupsAreForgotten() throws Exception {
        Backup one = backedUp();
        Backup two = backedUp();
        good(new WorkflowRequest.Forget("d1", List.of(one.id())));
        assertThat(appliance.catalog.backups().find(one.id())).isEmpty();
        assertThat(appliance.catalog.backups().find(two.id())).isPresent();
        assertThat(appliance.backupsOnVault()).isEqualTo(1);
    }

    @Test
    void theCatalogueComesBackFromTheDestinationAlone() throws Exception {
        Backup one = backedUp();
        Backup two = backedUp();
        appliance.catalog.backups().removeAll(List.of(one.id(), two.id()));
        appliance.catalog.instances().remove(Appliance.INSTANCE);
        appliance.catalog.providers().remove("p1");

        Workflow w = good(new WorkflowRequest.Rebuild("d1"));
        assertThat(w.message()).contains("2 backups of 1 instances");
        Instance instance =
                appliance.catalog.instances().find(Appliance.INSTANCE).orElseThrow();
        assertThat(instance.externalId()).isEqualTo("vm1");
        assertThat(instance.present()).isFalse();
        assertThat(appliance.catalog.providers().find("p1").orElseThrow().type())
                .isEqualTo("fake-hypervisor");
        assertThat(row(two.id()).stats().logicalBytes()).isEqualTo(two.stats().logicalBytes());
        assertThat(row(two.id()).created()).isEqualTo(two.created());
        good(new WorkflowRequest.Restore(one.id(), null, Map.of("name", List.of("copy")), List.of()));
    }
}

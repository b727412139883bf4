package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Page;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.vault.BackupId;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.testkit.fake.MemoryDestinationType;
import io.holdfast.testkit.fake.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyFlowTest {

    private static final RetentionRule KEEP_ONE = RetentionRule.of(new KeepRule(1, 0, 0, 0, 0, 0, Duration.ZERO));

    @TempDir
    Path directory;

    private Appliance appliance;
    private final MemoryStore second = new MemoryStore();
    private final HookedDestination hooked = new HookedDestination("second", new MemoryDestinationType(second));

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory);
        byte[] bytes = new byte[4 << 20];
        new Random(1).nextBytes(bytes);
        appliance.hypervisor.addMachine("vm1").addDisk("vda", 8 << 20).write(0, bytes);
        appliance.plugins.add(hooked);
        appliance
                .catalog
                .destinations()
                .add(new Destination("d2", "second", "second site", Map.of(), "", Health.unknown(), null, null));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private Workflow good(WorkflowRequest request) throws Exception {
        Workflow w = appliance.run(request);
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return w;
    }

    private Backup backedUp() throws Exception {
        Workflow w = good(new WorkflowRequest.BackUp(Appliance.INSTANCE, "d1", false));
        return appliance.catalog.backups().find(w.backupId()).orElseThrow();
    }

    private List<Backup> at(String destination) {
        return Page.all(page -> appliance.catalog.backups().list(null, destination, page));
    }

    private static WorkflowRequest.Copy copy(int latest, String... backups) {
        return new WorkflowRequest.Copy("d1", "d2", Set.of(), List.of(backups), latest);
    }

    private void replicate() throws Exception {
        good(new WorkflowRequest.ReplicateVault("d2", "d1"));
    }

    private void assertRestores(Backup backup, String name) throws Exception {
        good(new WorkflowRequest.Restore(backup.id(), null, Map.of("name", List.of(name)), List.of()));
        assertThat(appliance.hypervisor.machine(name).disk("vda").content())
                .isEqualTo(appliance.hypervisor.machine("vm1").disk("vda").content());
    }

    @Test
    void aCopyIsListedBesideItsBackupAndRestoresWhenTheFirstStoreIsGone() throws Exception {
        replicate();
        Backup backup = backedUp();

        good(copy(0));

        Backup copied = at("d2").get(0);
        assertThat(new BackupId(copied.id()).sameBackup(new BackupId(backup.id())))
                .isTrue();
        assertThat(copied.created()).isEqualTo(backup.created());
        assertThat(copied.instanceId()).isEqualTo(backup.instanceId());
        assertThat(copied.stats()).isEqualTo(backup.stats());
        assertThat(copied.verification()).isEqualTo(Backup.Verification.NEVER);
        appliance.store.keys().forEach(appliance.store::lose);
        assertRestores(copied, "restored");
    }

    @Test
    void aCopyHasTheHistoryOfItsBackupAlsoAfterARebuild() throws Exception {
        replicate();
        Backup old = backedUp();
        Backup fresh = backedUp();
        good(copy(0, old.id()));
        assertThat(at("d2")).singleElement().satisfies(b -> {
            assertThat(b.recorded()).isEqualTo(old.recorded()).isNotNull();
            assertThat(b.sequence()).isEqualTo(old.sequence()).isPositive();
        });
        appliance
                .catalog
                .backups()
                .removeAll(List.of(old.id(), fresh.id(), at("d2").get(0).id()));
        good(new WorkflowRequest.Rebuild("d1"));

        good(copy(0));
        good(new WorkflowRequest.Prune("d2", null, KEEP_ONE, false));

        assertThat(at("d2")).singleElement().satisfies(b -> {
            assertThat(b.created()).isEqualTo(fresh.created());
            assertThat(b.recorded()).isNull();
            assertThat(b.sequence()).isEqualTo(fresh.sequence()).isPositive();
        });
    }

    @Test
    void monthsThatAreCopiedTodayStayMonths() throws Exception {
        replicate();
        backedUp();
        backedUp();
        backedUp();
        // what the catalogue knows of three backups, spread over three months
        List<Backup> made = at("d1").stream()
                .sorted(Comparator.comparingLong(Backup::sequence))
                .toList();
        Instant middle = YearMonth.now(ZoneOffset.UTC)
                .minusMonths(3)
                .atDay(15)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        for (int i = 0; i < 3; i++) {
            Instant time = middle.atOffset(ZoneOffset.UTC).plusMonths(i).toInstant();
            appliance.catalog.backups().change(made.get(i).id(), b -> at(time, b));
        }

        good(copy(0));

        KeepRule monthly = new KeepRule(0, 0, 0, 0, 12, 0, Duration.ZERO);
        good(new WorkflowRequest.Prune("d2", null, RetentionRule.of(monthly), false));
        assertThat(at("d2")).hasSize(3);
    }

    private static Backup at(Instant time, Backup b) {
        return new Backup(
                b.id(),
                b.instanceId(),
                b.destinationId(),
                b.workflowId(),
                b.incremental(),
                b.status(),
                time,
                time,
                b.stats(),
                b.fullReadReason(),
                b.message(),
                b.verified(),
                b.verification(),
                b.boot(),
                b.sequence(),
                b.suddenChange());
    }

    @Test
    void onlyTheNewestOnesAreCopiedIfThatIsAskedFor() throws Exception {
        replicate();
        backedUp();
        backedUp();
        Backup last = backedUp();

        Workflow w = good(copy(1));

        assertThat(w.message()).contains("copied 1 backups");
        assertThat(at("d2")).singleElement().satisfies(b -> assertThat(b.created())
                .isEqualTo(last.created()));
        assertThat(good(copy(1)).message()).contains("copied 0 backups").contains("1 were there already");
    }

    @Test
    void retentionOnBothSidesIsIndependent() throws Exception {
        replicate();
        Backup old = backedUp();
        Backup fresh = backedUp();
        good(copy(0));

        good(new WorkflowRequest.Prune("d1", null, KEEP_ONE, false));

        assertThat(at("d1")).extracting(Backup::id).containsExactly(fresh.id());
        assertThat(at("d2")).extracting(Backup::created).containsExactlyInAnyOrder(old.created(), fresh.created());
        good(new WorkflowRequest.Verify("d2", null, 0, 1, true));
        good(new WorkflowRequest.Prune("d2", null, KEEP_ONE, false));
        assertThat(at("d2")).extracting(Backup::created).containsExactly(fresh.created());
        good(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        assertRestores(at("d2").get(0), "restored");
    }

    @Test
    void whereBackupsAreImmutableCopiesAreToo() throws Exception {
        appliance.assets.immutableDays.put("d2", 7);
        replicate();
        backedUp();
        backedUp();

        good(copy(0));

        Workflow prune = appliance.run(new WorkflowRequest.Prune("d2", null, KEEP_ONE, false));
        assertThat(at("d2")).as(prune.message()).hasSize(2);
        assertThat(prune.message()).contains("1 backups are immutable");
    }

    @Test
    void theCatalogueIsRebuiltFromTheReplica() throws Exception {
        replicate();
        Backup backup = backedUp();
        good(copy(0));
        Backup before = at("d2").get(0);
        appliance.catalog.backups().removeAll(List.of(before.id(), backup.id()));

        good(new WorkflowRequest.Rebuild("d2"));

        assertThat(at("d2")).singleElement().satisfies(b -> {
            assertThat(b.id()).isEqualTo(before.id());
            assertThat(b.instanceId()).isEqualTo(backup.instanceId());
        });
        assertRestores(at("d2").get(0), "restored");
    }

    @Test
    void aFailureOnTheWayIsTriedAgainAndSendsNothingTwice() throws Exception {
        replicate();
        backedUp();
        AtomicInteger packs = new AtomicInteger();
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                packs.incrementAndGet();
            }
            if (key.value().startsWith("manifests/") && packs.getAndAdd(1_000) < 1_000) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "the line is down");
            }
        };

        Workflow w = good(copy(0));

        assertThat(appliance.task(w, TaskType.COPY).attempt()).isEqualTo(2);
        long stored = second.keys().stream().filter(HookedDestination::data).count();
        assertThat(packs.get() % 1_000).isEqualTo((int) stored);
    }

    @Test
    void aCopyEndsSoonWhenItIsCancelledAndListsNothing() throws Exception {
        replicate();
        backedUp();
        CountDownLatch reached = new CountDownLatch(1);
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                HookedDestination.hang(reached, context);
            }
        };
        Workflow w = appliance.submit(copy(0));
        reached.await();

        appliance.workflows().cancel(w.id());

        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.CANCELLED);
        assertThat(at("d2")).isEmpty();
        hooked.hook = (key, context) -> {};
        good(copy(0));
        assertThat(at("d2")).hasSize(1);
    }

    @Test
    void aDamagedBackupIsNotCopiedAndTheOthersAre() throws Exception {
        replicate();
        backedUp();
        var largest = appliance.store.keys().stream()
                .max((a, b) -> Integer.compare(appliance.store.bytes(a).length, appliance.store.bytes(b).length))
                .orElseThrow();
        appliance.store.lose(largest);
        appliance.run(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        byte[] other = new byte[4 << 20];
        new Random(9).nextBytes(other);
        appliance.hypervisor.machine("vm1").disk("vda").write(0, other);
        Backup whole = backedUp();

        Workflow w = appliance.run(copy(0));

        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(w.errorKind()).isEqualTo("CORRUPT_DATA");
        assertThat(at("d2")).extracting(Backup::created).containsExactly(whole.created());
    }

    private static String session(Backup backup) {
        return backup.id().substring(33, 57);
    }

    @Test
    void intoAVaultWithOtherKeysBackupsAreWrittenAnewAndRestoreWhenTheFirstStoreIsGone() throws Exception {
        good(new WorkflowRequest.CreateVault("d2", null));
        Backup old = backedUp();
        appliance.hypervisor.machine("vm1").disk("vda").write(1 << 20, new byte[] {1, 2, 3});
        Backup fresh = backedUp();

        Workflow w = good(copy(0));

        assertThat(w.message()).contains("copied 2 backups").contains("written anew");
        assertThat(appliance.task(w, TaskType.COPY).results())
                .containsEntry("way", "REWRITTEN")
                .containsEntry("copied", "2");
        assertThat(at("d2")).extracting(CopyFlowTest::session).containsExactlyInAnyOrder(session(old), session(fresh));
        Backup copied = at("d2").stream()
                .filter(b -> session(b).equals(session(fresh)))
                .findFirst()
                .orElseThrow();
        assertThat(copied.created()).isEqualTo(fresh.created());
        assertThat(copied.recorded()).isEqualTo(fresh.recorded());
        assertThat(copied.instanceId()).isEqualTo(fresh.instanceId());
        assertThat(copied.stats()).isEqualTo(fresh.stats());
        assertThat(copied.sequence()).isEqualTo(fresh.sequence());
        assertThat(good(copy(0)).message()).contains("copied 0 backups").contains("2 were there already");
        appliance.store.keys().forEach(appliance.store::lose);
        assertRestores(copied, "restored");
    }

    @Test
    void theReaderKeysAreGivenToACopyAloneThatHasToReadAndThoseOfTheTargetNever() throws Exception {
        good(new WorkflowRequest.CreateVault("d2", null));
        backedUp();
        appliance.assets.given.clear();
        good(copy(0));
        assertThat(appliance.assets.given).contains("d1 READER").doesNotContain("d2 READER");

        appliance
                .catalog
                .destinations()
                .add(new Destination("d3", "third", "replica", Map.of(), "", Health.unknown(), null, null));
        appliance.plugins.add(new HookedDestination("third", new MemoryDestinationType(new MemoryStore())));
        good(new WorkflowRequest.ReplicateVault("d3", "d1"));
        appliance.assets.given.clear();
        Workflow w = good(new WorkflowRequest.Copy("d1", "d3", Set.of(), List.of(), 0));
        assertThat(appliance.task(w, TaskType.COPY).results()).containsEntry("way", "SEALED");
        assertThat(appliance.assets.given).contains("d1 WRITER").doesNotContain("d1 READER", "d3 READER");
    }

    @Test
    void copiesInAVaultWithOtherKeysAreRebuiltThinnedOutAndLockedLikeAll() throws Exception {
        appliance.assets.immutableDays.put("d2", 7);
        good(new WorkflowRequest.CreateVault("d2", null));
        Backup old = backedUp();
        Backup fresh = backedUp();
        good(copy(0));
        List<String> made = at("d2").stream().map(Backup::id).sorted().toList();
        appliance.catalog.backups().removeAll(made);

        good(new WorkflowRequest.Rebuild("d2"));

        assertThat(at("d2").stream().map(Backup::id).sorted()).isEqualTo(made);
        assertThat(at("d2")).extracting(Backup::sequence).containsExactlyInAnyOrder(old.sequence(), fresh.sequence());
        assertThat(at("d2")).extracting(Backup::stats).contains(fresh.stats());
        Workflow prune = appliance.run(new WorkflowRequest.Prune("d2", null, KEEP_ONE, false));
        assertThat(prune.message()).contains("1 backups are immutable");
        assertThat(at("d2")).hasSize(2);
        good(new WorkflowRequest.Verify("d2", null, 0, 1, true));
    }

    @Test
    void aCopyWithOtherKeysIsTriedAgainAndCancelledAsOthersAre() throws Exception {
        good(new WorkflowRequest.CreateVault("d2", null));
        backedUp();
        AtomicInteger packs = new AtomicInteger();
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                packs.incrementAndGet();
            }
            if (key.value().startsWith("manifests/") && packs.getAndAdd(1_000) < 1_000) {
                throw new PluginException(ErrorKind.UNAVAILABLE, "the line is down");
            }
        };

        Workflow again = good(copy(0));

        assertThat(appliance.task(again, TaskType.COPY).attempt()).isEqualTo(2);
        long stored = second.keys().stream().filter(HookedDestination::data).count();
        assertThat(packs.get() % 1_000).isEqualTo((int) stored);
        byte[] other = new byte[4 << 20];
        new Random(9).nextBytes(other);
        appliance.hypervisor.machine("vm1").disk("vda").write(0, other);
        backedUp();
        CountDownLatch reached = new CountDownLatch(1);
        hooked.hook = (key, context) -> {
            if (HookedDestination.data(key)) {
                HookedDestination.hang(reached, context);
            }
        };
        Workflow w = appliance.submit(copy(0));
        reached.await();
        appliance.workflows().cancel(w.id());
        assertThat(appliance.end(w).state()).isEqualTo(WorkflowState.CANCELLED);
        assertThat(at("d2")).hasSize(1);
        hooked.hook = (key, context) -> {};
        good(copy(0));
        assertThat(at("d2")).hasSize(2);
    }

    @Test
    void aVaultThatThereIsAlreadyIsNotReplicatedOverAndNothingIsCopiedToItself() throws Exception {
        good(new WorkflowRequest.CreateVault("d2", null));

        assertThatThrownBy(() -> appliance.submit(new WorkflowRequest.ReplicateVault("d2", "d1")))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThatThrownBy(() -> appliance.submit(new WorkflowRequest.Copy("d1", "d1", Set.of(), List.of(), 0)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG));
    }
}

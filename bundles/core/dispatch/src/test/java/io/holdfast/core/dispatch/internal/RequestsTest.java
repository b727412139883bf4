package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Instance;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowEvent;
import io.holdfast.core.dispatch.WorkflowEvent.Kind;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.Workflows;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.KeepRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.core.policy.RuleText;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.FoundBackup;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.core.worker.TaskReport.LogLine;
import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import io.holdfast.spi.strategy.InstanceDescription;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void refused(WorkflowRequest request, ErrorKind kind) {
        assertThatThrownBy(() -> bench.submit(request))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private void known(String id, String instance) throws Exception {
        Workflow w = bench.backUp(instance);
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), id);
        bench.finish(export);
        bench.stored(bench.leaseOne(), id, instance);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void whatDoesNotExistIsRefusedAtOnce() {
        refused(new WorkflowRequest.BackUp("nobody", "d1", false), ErrorKind.NOT_FOUND);
        refused(new WorkflowRequest.BackUp("i1", "nowhere", false), ErrorKind.NOT_FOUND);
        refused(new WorkflowRequest.Restore("b1", null, Map.of(), List.of()), ErrorKind.NOT_FOUND);
        refused(new WorkflowRequest.Verify("d1", "b1", 0, 1, false), ErrorKind.NOT_FOUND);
        refused(new WorkflowRequest.Verify("d1", null, 3, 3, false), ErrorKind.INVALID_CONFIG);
        refused(new WorkflowRequest.Forget("d1", List.of()), ErrorKind.INVALID_CONFIG);
        refused(new WorkflowRequest.Inventory("p9", null), ErrorKind.NOT_FOUND);
        refused(new WorkflowRequest.CreateVault("d1", null), ErrorKind.CONFLICT);
        refused(new WorkflowRequest.AdoptVault("d1", "key", "phrase"), ErrorKind.INVALID_CONFIG);
        assertThatIllegalArgumentException().isThrownBy(() -> new Submission("a", 101, null, null));
    }

    @Test
    void withoutAVaultNothingCanBeBackedUp() {
        bench.catalog
                .destinations()
                .add(new Destination("d2", "memory", "new", Map.of(), "", Health.unknown(), null, null));
        refused(new WorkflowRequest.BackUp("i1", "d2", false), ErrorKind.CONFLICT);
    }

    @Test
    void choicesOfARestoreReachTheNodeButNotTheCatalogue() throws Exception {
        known("b1", "i1");
        Workflow w = bench.submit(new WorkflowRequest.Restore(
                "b1", null, Map.of("password", List.of("s3cret")), List.of(EntryPath.of("etc/hosts"))));
        TaskLease lease = bench.leaseOne();
        assertThat(bench.task(w, TaskType.RESTORE).toString() + w).doesNotContain("s3cret");
        TaskInputs inputs = bench.plane.inputs(lease.key());
        assertThat(inputs.restoreSettings()).containsEntry("password", List.of("s3cret"));
        assertThat(inputs.selection()).singleElement().isEqualTo("etc/hosts".getBytes());
        assertThat(inputs.destination().readerKeys()).isNotEmpty();
        assertThat(inputs.toString()).doesNotContain("s3cret");
        bench.finish(lease);
        assertThat(bench.assets.secrets).isEmpty();
    }

    @Test
    void onlyTasksThatReadAreGivenReaderKeys() throws Exception {
        bench.backUp("i1");
        assertThat(bench.plane.inputs(bench.leaseOne().key()).destination().readerKeys())
                .isEmpty();
        bench.submit(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        TaskLease shallow = bench.leaseOne();
        assertThat(bench.plane.inputs(shallow.key()).destination().readerKeys()).isEmpty();
        bench.submit(new WorkflowRequest.Verify("d1", null, 0, 1, true));
        assertThat(bench.lease()).as("two that may repair do not run at once").isEmpty();
        bench.finish(shallow);
        assertThat(bench.plane.inputs(bench.leaseOne().key()).destination().readerKeys())
                .isNotEmpty();
    }

    @Test
    void aPruneForgetsWhatTheRuleDoesNotKeepWhenItStarts() throws Exception {
        RetentionRule rule = RetentionRule.of(new KeepRule(2, 0, 0, 0, 0, 0, Duration.ZERO));
        for (int i = 1; i <= 3; i++) {
            known("b" + i, "i1");
            bench.pass(Duration.ofHours(1));
        }
        WorkflowRequest.Prune request = new WorkflowRequest.Prune("d1", null, rule, false);
        assertThat(bench.dispatcher.workflows().preview(request))
                .filteredOn(d -> !d.keep())
                .extracting(RetentionDecision::backup)
                .extracting(b -> b.id())
                .containsExactly("b1");
        bench.submit(request);
        Backup newest = bench.catalog.backups().find("b3").orElseThrow();
        bench.catalog.backups().add(later(newest, "b4", bench.clock.instant()));
        TaskLease prune = bench.leaseOne();
        assertThat(bench.plane.inputs(prune.key()).backupIds()).containsExactlyInAnyOrder("b1", "b2");
        bench.plane.found(prune.key(), Findings.forgotten(List.of("b1", "b2")));
        bench.finish(prune);
        assertThat(bench.catalog.backups().find("b1")).isEmpty();
        assertThat(bench.catalog.backups().find("b3")).isPresent();
    }

    @Test
    void aPruneOfChosenInstancesLeavesTheBackupsOfOthersAlone() throws Exception {
        RetentionRule rule = RetentionRule.of(new KeepRule(1, 0, 0, 0, 0, 0, Duration.ZERO));
        for (int i = 1; i <= 2; i++) {
            known("a" + i, "i1");
            known("b" + i, "i2");
            known("c" + i, "i3");
            bench.pass(Duration.ofHours(1));
        }
        bench.submit(new WorkflowRequest.PruneInstances("d1", Set.of("i1", "i3"), rule));
        TaskLease prune = bench.leaseOne();
        assertThat(bench.plane.inputs(prune.key()).backupIds()).containsExactlyInAnyOrder("a1", "c1");
        refused(new WorkflowRequest.PruneInstances("d1", Set.of(), rule), ErrorKind.INVALID_CONFIG);
    }

    @Test
    void submittingUnderAnIdTwiceMakesOneWorkflow() throws Exception {
        WorkflowRequest request = new WorkflowRequest.BackUp("i1", "d1", false);
        Submission submission = new Submission("a", 50, null, null, "00000000-0000-7000-8000-000000000001");
        Workflow first = bench.dispatcher.workflows().submit(request, submission);
        Workflow second = bench.dispatcher.workflows().submit(request, submission);
        assertThat(first.id()).isEqualTo(submission.id());
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(bench.dispatcher.workflows().tasks(first.id())).hasSize(2);
    }

    private static Backup later(Backup b, String id, Instant created) {
        return new Backup(
                id,
                b.instanceId(),
                b.destinationId(),
                "",
                b.incremental(),
                b.status(),
                created,
                null,
                b.stats(),
                "",
                "",
                null,
                b.verification(),
                null,
                0,
                "");
    }

    @Test
    void aRuleSurvivesBeingWrittenDown() {
        for (RetentionRule rule : List.of(
                RetentionRule.standard(),
                RetentionRule.of(new KeepRule(1, 2, 3, 4, 5, 6, Duration.ofDays(9))),
                new RetentionRule(
                        new Limits(null, 3), null, null, false, 0, Duration.ofDays(2), ZoneId.of("Europe/Warsaw")))) {
            assertThat(RuleText.read(RuleText.write(rule))).isEqualTo(rule);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> RuleText.read("nonsense"));
    }

    private FoundBackup found(String id, String instance) {
        FoundBackup b = bench.backup(id, instance, 0);
        return new FoundBackup(
                id,
                instance,
                new InstanceDescription("ext-" + instance, "name " + instance, "machine", 1, Map.of()),
                "lost-provider",
                "fake",
                "provider p1",
                b.created(),
                true,
                "",
                1,
                1,
                1,
                1,
                1,
                0,
                1,
                id.equals("x2"),
                0,
                -1);
    }

    @Test
    void aRebuildAddsWhatIsMissingAndRemovesWhatIsGone() throws Exception {
        known("gone", "i1");
        known("kept", "i1");
        bench.pass(Duration.ofMinutes(1));
        bench.submit(new WorkflowRequest.Rebuild("d1"));
        TaskLease lease = bench.leaseOne();
        bench.plane.found(
                lease.key(),
                Findings.backups(List.of(found("kept", "i1"), found("x1", "unknown"), found("x2", "unknown"))));
        bench.finish(lease, Map.of(TaskParameters.FOUND, "3"));

        assertThat(bench.catalog.backups().find("gone")).isEmpty();
        assertThat(bench.catalog.backups().find("kept").orElseThrow().recorded())
                .isNotNull();
        assertThat(bench.catalog.backups().find("x2").orElseThrow().verification())
                .isEqualTo(Backup.Verification.DAMAGED);
        Instance instance = bench.catalog.instances().find("unknown").orElseThrow();
        assertThat(instance.present()).isFalse();
        assertThat(bench.catalog.providers().find("lost-provider").orElseThrow().name())
                .isEqualTo("provider p1 (lost-provider)");
    }

    @Test
    void whatWasOnlyToldInPartStartsOver() throws Exception {
        known("b1", "i1");
        bench.pass(Duration.ofMinutes(1));
        Workflow w = bench.submit(new WorkflowRequest.Rebuild("d1"));
        TaskLease lease = bench.leaseOne();
        bench.finish(lease, Map.of(TaskParameters.FOUND, "7"));
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        assertThat(bench.catalog.backups().find("b1")).as("nothing is removed").isPresent();
        assertThat(bench.lease()).hasSize(1);
    }

    @Test
    void proofsAreKeptWithTheBackup() throws Exception {
        known("b1", "i1");
        known("b2", "i1");
        bench.submit(new WorkflowRequest.Verify("d1", null, 0, 1, false));
        TaskLease lease = bench.leaseOne();
        bench.plane.found(lease.key(), Findings.verified(Map.of("b1", true, "b2", false)));
        bench.fail(lease, ErrorKind.CORRUPT_DATA);
        assertThat(bench.catalog.backups().find("b1").orElseThrow().verification())
                .isEqualTo(Backup.Verification.GOOD);
        assertThat(bench.catalog.backups().find("b1").orElseThrow().verified()).isEqualTo(bench.clock.instant());
        assertThat(bench.catalog.backups().find("b2").orElseThrow().verification())
                .isEqualTo(Backup.Verification.DAMAGED);
        assertThat(bench.assets.health.get("d1")).isEqualTo("it went wrong");
    }

    @Test
    void anAttachedVaultHasAllItsKeys() throws Exception {
        bench.catalog
                .destinations()
                .add(new Destination("d2", "memory", "new", Map.of(), "", Health.unknown(), null, null));
        Workflow w = bench.submit(new WorkflowRequest.CreateVault("d2", "a passphrase"));
        TaskLease lease = bench.leaseOne();
        assertThat(bench.plane.inputs(lease.key()).secrets()).containsEntry(TaskInputs.PASSPHRASE, "a passphrase");
        TaskOutcome outcome = new TaskOutcome(
                End.FINISHED,
                "",
                "made",
                false,
                Map.of(TaskParameters.VAULT, "v9"),
                Map.of(
                        TaskOutcome.WRITER_KEYS,
                        "AQ==",
                        TaskOutcome.READER_KEYS,
                        "Ag==",
                        TaskOutcome.RECOVERY_KEY,
                        "KEY"),
                Measure.none(),
                List.of());
        assertThat(outcome.toString()).doesNotContain("KEY");
        bench.plane.complete(lease.key(), outcome);
        assertThat(bench.catalog.destinations().find("d2").orElseThrow().vaultId())
                .isEqualTo("v9");
        assertThat(bench.assets.readerKeys.get("v9")).containsExactly(2);
        bench.restart();
        assertThat(bench.assets.recoveryKeys).containsEntry("v9", "KEY");
        assertThat(bench.assets.secrets).isEmpty();
    }

    @Test
    void progressAndLogCanBeFollowedWhileATaskRuns() throws Exception {
        List<WorkflowEvent> news = new CopyOnWriteArrayList<>();
        try (Workflows.Subscription s = bench.dispatcher.workflows().subscribe(news::add)) {
            Workflow w = bench.backUp("i1");
            TaskLease export = bench.leaseOne();
            Measure measure = new Measure("reads", 10, 100, 1, 2, 5);
            bench.plane.heartbeat(
                    Bench.NODE,
                    List.of(new TaskReport(
                            export.key(), measure, List.of(new LogLine(bench.clock.instant(), true, "something")))));
            assertThat(bench.task(w, TaskType.EXPORT).progress().doneBytes()).isEqualTo(10);
            String task = bench.task(w, TaskType.EXPORT).id();
            assertThat(bench.dispatcher.workflows().log(task, 0, 10))
                    .singleElement()
                    .satisfies(l -> {
                        assertThat(l.number()).isEqualTo(1);
                        assertThat(l.message()).isEqualTo("something");
                    });
            bench.fail(export, ErrorKind.PERMISSION);
            await().untilAsserted(() -> assertThat(news)
                    .extracting(WorkflowEvent::kind)
                    .contains(Kind.WORKFLOW, Kind.TASK, Kind.PROGRESS, Kind.LOG));
            await().until(() -> news.stream()
                    .anyMatch(e -> e.workflow().state() == WorkflowState.FAILED && e.kind() == Kind.WORKFLOW));
        }
    }

    @Test
    void aListenerThatIsTooSlowMissesNewsAndSlowsNobodyDown() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Kind> news = new CopyOnWriteArrayList<>();
        try (Workflows.Subscription s = bench.dispatcher.workflows().subscribe(e -> {
            try {
                go.await();
            } catch (InterruptedException i) {
                Thread.currentThread().interrupt();
            }
            news.add(e.kind());
        })) {
            for (int i = 0; i < 1_500; i++) {
                bench.dispatcher.workflows().cancel(bench.backUp("i1").id());
            }
            go.countDown();
            await().atMost(30, TimeUnit.SECONDS).until(() -> news.contains(Kind.MISSED));
        }
    }

    @Test
    void theEndOfAWorkflowCanBeWaitedFor() throws Exception {
        Workflow w = bench.backUp("i1");
        assertThat(bench.dispatcher
                        .workflows()
                        .await(w.id(), Duration.ofMillis(1))
                        .state())
                .isEqualTo(WorkflowState.QUEUED);
        Thread canceller = new Thread(() -> {
            try {
                bench.dispatcher.workflows().cancel(w.id());
            } catch (PluginException e) {
                throw new IllegalStateException(e);
            }
        });
        canceller.start();
        assertThat(bench.dispatcher
                        .workflows()
                        .await(w.id(), Duration.ofSeconds(20))
                        .state())
                .isEqualTo(WorkflowState.CANCELLED);
        canceller.join();
        assertThatThrownBy(() -> bench.dispatcher.workflows().await("nobody", Duration.ZERO))
                .isInstanceOf(PluginException.class);
    }
}

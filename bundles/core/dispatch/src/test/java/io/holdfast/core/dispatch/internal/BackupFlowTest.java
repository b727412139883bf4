package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackupFlowTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void theStoreMayStartAsSoonAsTheExportHasOpenedItsSessionAndOnlyOnTheSameNode() throws Exception {
        Workflow w = bench.backUp("i1");
        assertThat(bench.state(w)).isEqualTo(WorkflowState.QUEUED);
        TaskLease export = bench.leaseOne();
        assertThat(export.kind()).isEqualTo(TaskKind.EXPORT);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        assertThat(bench.lease()).isEmpty();

        bench.plane.sessionOpened(export.key(), "b1");

        assertThat(bench.plane.lease(Bench.room("node-2", 10))).isEmpty();
        TaskLease store = bench.leaseOne();
        assertThat(store.kind()).isEqualTo(TaskKind.STORE);
        assertThat(store.parameters()).containsEntry(TaskParameters.SESSION, "b1");
    }

    @Test
    void aBackupIsRecordedWhenItsStoreHasFinished() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        bench.finish(export);
        bench.stored(store, "b1", "i1");

        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
        assertThat(bench.workflow(w).backupId()).isEqualTo("b1");
        Backup row = bench.catalog.backups().find("b1").orElseThrow();
        assertThat(row.workflowId()).isEqualTo(w.id());
        assertThat(row.recorded()).isEqualTo(bench.clock.instant());
        assertThat(row.status()).isEqualTo(Backup.Status.SUCCESS);
    }

    @Test
    void warningsOfAnyTaskMakeTheWorkflowFinishWithWarnings() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskOutcome warned = new TaskOutcome(
                End.FINISHED, "", "2 files missing", true, Map.of(), Map.of(), BackupFlowTest.none(), List.of());
        TaskLease store = bench.leaseOne();
        bench.plane.complete(export.key(), warned);
        bench.plane.found(store.key(), Findings.backups(List.of(bench.backup("b1", "i1", 2))));
        bench.finish(store, Map.of(TaskParameters.BACKUP, "b1"));
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED_WITH_WARNINGS);
        assertThat(bench.catalog.backups().find("b1").orElseThrow().status()).isEqualTo(Backup.Status.PARTIAL);
    }

    private static io.holdfast.core.worker.TaskReport.Measure none() {
        return io.holdfast.core.worker.TaskReport.Measure.none();
    }

    @Test
    void anExportThatFailsForGoodEndsItsStoreAndTheWorkflow() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        bench.fail(export, ErrorKind.PERMISSION);
        assertThat(bench.beat(store)).isEqualTo(LeaseAnswer.State.CANCEL);
        bench.end(store, End.CANCELLED);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
        assertThat(bench.workflow(w).errorKind()).isEqualTo("PERMISSION");
        assertThat(bench.catalog.backups().find("b1")).isEmpty();
    }

    @Test
    void anExportThatIsTriedAgainTakesItsStoreBackWithIt() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        bench.fail(export, ErrorKind.UNAVAILABLE);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.QUEUED);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.lease()).as("not before the old store has ended").isEmpty();
        bench.end(store, End.RETURNED);
        assertThat(bench.state(w, TaskType.STORE)).isEqualTo(TaskState.WAITING);

        TaskLease again = bench.leaseOne();
        assertThat(again.attempt()).isEqualTo(2);
        bench.plane.sessionOpened(again.key(), "b2");
        bench.finish(again);
        TaskLease second = bench.leaseOne();
        assertThat(second.parameters()).containsEntry(TaskParameters.SESSION, "b2");
        bench.stored(second, "b2", "i1");
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
    }

    @Test
    void aStoreThatIsTriedAgainStartsOverWithTheExport() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        TaskLease store = bench.leaseOne();
        bench.fail(store, ErrorKind.UNAVAILABLE);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.QUEUED);
        assertThat(bench.state(w, TaskType.STORE)).isEqualTo(TaskState.WAITING);
        assertThat(bench.lease()).as("waits before it tries again").isEmpty();
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.EXPORT);
    }

    @Test
    void aStoreThatFailsWhileItsExportRunsMakesBothWaitForTheSameTime() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        bench.fail(store, ErrorKind.UNAVAILABLE);
        bench.end(export, End.RETURNED);
        assertThat(bench.lease()).isEmpty();
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.EXPORT);
        assertThat(bench.task(w, TaskType.STORE).attempt()).isEqualTo(1);
    }

    @Test
    void aStoreThatKeepsFailingFailsForGood() throws Exception {
        Workflow w = bench.backUp("i1");
        for (int i = 1; i <= bench.settings.retry().attempts(); i++) {
            bench.pass(Duration.ofHours(1));
            TaskLease export = bench.leaseOne();
            bench.plane.sessionOpened(export.key(), "b" + i);
            bench.finish(export);
            bench.fail(bench.leaseOne(), ErrorKind.TIMEOUT);
        }
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
    }

    @Test
    void aStoreWhoseSessionIsGoneLetsTheWorkflowStartOver() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        bench.end(bench.leaseOne(), End.START_OVER);
        TaskLease again = bench.leaseOne();
        assertThat(again.kind()).isEqualTo(TaskKind.EXPORT);
        assertThat(again.parameters())
                .as("so that the node can look whether it was committed after all")
                .containsEntry(TaskParameters.SESSION, "b1");
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
    }

    @Test
    void anExportThatFindsItsBackupCommittedHandsOverToAStoreOnAnyNode() throws Exception {
        bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        bench.leaseOne();
        bench.register(Bench.NODE);
        bench.finish(bench.leaseOne());
        List<TaskLease> store = bench.plane.lease(Bench.room("node-2", 1));
        assertThat(store).hasSize(1);
        assertThat(store.get(0).parameters()).containsEntry(TaskParameters.SESSION, "b1");
    }

    @Test
    void theEndOfATaskIsAcceptedOnceAndMayBeRepeated() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        bench.finish(export);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void aCatalogueThatIsDownIsTheNodesReasonToAskAgain() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        TaskLease store = bench.leaseOne();
        bench.catalog.down(true);
        assertThatThrownBy(() -> bench.stored(store, "b1", "i1"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
        bench.catalog.down(false);
        bench.stored(store, "b1", "i1");
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
        assertThat(bench.catalog.backups().find("b1")).isPresent();
    }
}

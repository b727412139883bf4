package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void cancel(Workflow w) throws PluginException {
        bench.dispatcher.workflows().cancel(w.id());
    }

    @Test
    void whatIsQueuedEndsAtOnce() throws Exception {
        Workflow w = bench.backUp("i1");
        cancel(w);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.CANCELLED);
        assertThat(bench.lease()).isEmpty();
    }

    @Test
    void whatRunsIsToldAndTheSignalWakesItsNode() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        long seen = bench.dispatcher.awaitChange(0, Duration.ZERO);
        cancel(w);
        assertThat(bench.plane.awaitChange(Bench.NODE, seen, Duration.ofSeconds(5)))
                .isGreaterThan(seen);
        assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.CANCEL);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        bench.end(export, End.CANCELLED);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.CANCELLED);
    }

    @Test
    void bothTasksOfARunningBackupAreTold() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        cancel(w);
        bench.end(store, End.CANCELLED);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        bench.fail(export, ErrorKind.CONFLICT);
        assertThat(bench.state(w)).as("how it stopped does not matter").isEqualTo(WorkflowState.CANCELLED);
    }

    @Test
    void aTaskThatWaitsForItsNextAttemptEndsAtOnce() throws Exception {
        Workflow w = bench.backUp("i1");
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        cancel(w);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.CANCELLED);
    }

    @Test
    void aCancelledTaskWhoseNodeDiesIsNotQueuedAgain() throws Exception {
        Workflow w = bench.backUp("i1");
        bench.leaseOne();
        cancel(w);
        bench.register(Bench.NODE);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.CANCELLED);
    }

    @Test
    void aCancelThatComesAfterTheCommitIsTooLate() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        TaskLease store = bench.leaseOne();
        cancel(w);
        bench.stored(store, "b1", "i1");
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
        cancel(w);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FINISHED);
        assertThat(bench.state(w, TaskType.STORE)).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void anUnknownWorkflowCannotBeCancelled() {
        assertThatThrownBy(() -> bench.dispatcher.workflows().cancel("nobody"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
    }
}

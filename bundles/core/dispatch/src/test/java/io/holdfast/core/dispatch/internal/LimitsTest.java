package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.fixture.FakeAssets;
import io.holdfast.core.worker.ControlPlane;
import io.holdfast.core.worker.LeaseRequest;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.spi.ErrorKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static DispatchSettings totals(Map<TaskType, Integer> total, Map<TaskType, Integer> perProvider) {
        DispatchSettings s = DispatchSettings.standard();
        return new DispatchSettings(
                s.heartbeatInterval(),
                s.leaseDuration(),
                s.longestWait(),
                total,
                perProvider,
                s.perDestination(),
                s.startWithin(),
                s.retry(),
                s.keepWorkflows());
    }

    @Test
    void aProviderIsNotAskedForMoreExportsAtOnceThanAllowed() throws Exception {
        for (int i = 1; i <= 5; i++) {
            bench.backUp("i" + i);
        }
        bench.catalog.instances().add(FakeAssets.instance("other", "p2"));
        bench.backUp("other");
        List<TaskLease> leases = bench.lease();
        assertThat(leases).hasSize(3);
        assertThat(leases)
                .extracting(l -> l.parameters().get(TaskParameters.INSTANCE))
                .contains("other");
        bench.fail(leases.get(0), ErrorKind.PERMISSION);
        assertThat(bench.lease()).hasSize(1);
    }

    @Test
    void thereIsALimitForAllNodesTogether() throws Exception {
        bench.close();
        bench = new Bench(totals(Map.of(TaskType.EXPORT, 3), Map.of()));
        for (int i = 1; i <= 5; i++) {
            bench.backUp("i" + i);
        }
        assertThat(bench.plane.lease(Bench.room("a", 2))).hasSize(2);
        assertThat(bench.plane.lease(Bench.room("b", 2))).hasSize(1);
    }

    @Test
    void aNodeGetsNoMoreThanItHasRoomFor() throws Exception {
        bench.close();
        bench = new Bench(totals(Map.of(), Map.of()));
        for (int i = 1; i <= 5; i++) {
            bench.backUp("i" + i);
        }
        assertThat(bench.plane.lease(Bench.room("a", 2))).hasSize(2);
        assertThat(bench.plane.lease(Bench.room("a", 0))).isEmpty();
    }

    @Test
    void higherPriorityGoesFirstAndAmongEqualsTheOlder() throws Exception {
        Workflow low = bench.dispatcher
                .workflows()
                .submit(new WorkflowRequest.BackUp("i1", "d1", false), new Submission("a", 10, null, null));
        Workflow first = bench.backUp("i2");
        bench.backUp("i3");
        Workflow high = bench.dispatcher
                .workflows()
                .submit(new WorkflowRequest.BackUp("i4", "d1", false), new Submission("a", 90, null, null));
        assertThat(bench.lease()).extracting(TaskLease::workflowId).containsExactly(high.id(), first.id());
        assertThat(bench.state(low)).isEqualTo(WorkflowState.QUEUED);
    }

    @Test
    void aSecondBackupOfAnInstanceWaitsUntilTheFirstHasEndedAltogether() throws Exception {
        Workflow first = bench.backUp("i1");
        Workflow second = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.finish(export);
        assertThat(bench.lease()).extracting(TaskLease::kind).containsExactly(TaskKind.STORE);
        assertThat(bench.task(second, TaskType.EXPORT).message()).contains("another workflow on the same instance");
        bench.dispatcher.workflows().cancel(first.id());
        bench.register(Bench.NODE);
        assertThat(bench.leaseOne().workflowId()).isEqualTo(second.id());
    }

    @Test
    void aSecondBackupAlsoWaitsWhileTheFirstWaitsForItsNextAttempt() throws Exception {
        bench.backUp("i1");
        bench.backUp("i1");
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        assertThat(bench.lease()).isEmpty();
    }

    @Test
    void nothingElseIsMaintainedOnADestinationThatIsBeingPruned() throws Exception {
        WorkflowRequest prune =
                new WorkflowRequest.Prune("d1", null, io.holdfast.core.policy.RetentionRule.standard(), false);
        bench.submit(prune);
        bench.submit(new WorkflowRequest.Rebuild("d1"));
        Workflow backup = bench.backUp("i1");
        assertThat(bench.lease()).extracting(TaskLease::kind).containsExactly(TaskKind.PRUNE, TaskKind.EXPORT);
        assertThat(bench.state(backup)).as("backups are not held up").isEqualTo(WorkflowState.RUNNING);
    }

    @Test
    void aTaskWaitsForANodeWithItsPlugins() throws Exception {
        Workflow w = bench.backUp("i1");
        LeaseRequest without =
                new LeaseRequest(Bench.NODE, Map.of(TaskKind.EXPORT, 1), Map.of(), Set.of("other"), Set.of("memory"));
        assertThat(bench.plane.lease(without)).isEmpty();
        assertThat(bench.task(w, TaskType.EXPORT).message()).contains("strategy 'fake'");
        assertThat(bench.lease()).hasSize(1);
    }

    @Test
    void whyANodeRefusesIsShownWhileTheTaskWaits() throws Exception {
        Workflow w = bench.backUp("i1");
        LeaseRequest full = new LeaseRequest(
                Bench.NODE,
                Map.of(TaskKind.EXPORT, 0),
                Map.of(TaskKind.EXPORT, "waits: 3 MiB of staging space left"),
                Set.of("fake"),
                Set.of("memory"));
        assertThat(bench.plane.lease(full)).isEmpty();
        assertThat(bench.task(w, TaskType.EXPORT).message()).isEqualTo("waits: 3 MiB of staging space left");
    }

    @Test
    void whatIsNotStartedWithinItsWindowFailsAndSaysWhatItWaitedFor() throws Exception {
        Workflow w = bench.backUp("i1");
        bench.plane.lease(Bench.room(Bench.NODE, 0));
        bench.pass(Duration.ofHours(6));
        bench.dispatcher.look();
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
        assertThat(bench.workflow(w).errorKind()).isEqualTo("TIMEOUT");
        assertThat(bench.workflow(w).message()).contains("free slot");
    }

    @Test
    void whatIsForLaterIsNotStartedEarlier() throws Exception {
        bench.dispatcher
                .workflows()
                .submit(
                        new WorkflowRequest.BackUp("i1", "d1", false),
                        new Submission("a", 50, bench.clock.instant().plusSeconds(600), null));
        assertThat(bench.lease()).isEmpty();
        assertThat(bench.dispatcher.look()).isEqualTo(Duration.ofSeconds(60));
        bench.pass(Duration.ofSeconds(590));
        assertThat(bench.dispatcher.look()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        bench.pass(Duration.ofSeconds(11));
        assertThat(bench.lease()).hasSize(1);
    }

    @Test
    void ofTwoServersThatTakeTasksOfOneInstanceAtTheSameMomentAtMostOneStaysWithIt() throws Exception {
        bench.backUp("i1");
        bench.backUp("i1");
        try (Dispatcher other = bench.another()) {
            ControlPlane second = other.controlPlane();
            int taken = bench.plane.lease(Bench.room("a", 10)).size()
                    + second.lease(Bench.room("b", 10)).size();
            assertThat(taken).isEqualTo(1);
        }
    }
}

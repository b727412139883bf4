package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.TaskInputs;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void silence() {
        bench.dispatcher.look();
        bench.pass(bench.settings.leaseDuration());
        bench.dispatcher.look();
    }

    @Test
    void aNodeThatIsNotHeardOfLosesItsTaskAndItsLateReportIsRefused() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        silence();
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.QUEUED);
        assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.LOST);
        assertThatThrownBy(() -> bench.finish(export))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        assertThatThrownBy(() -> bench.plane.sessionOpened(export.key(), "b1")).isInstanceOf(PluginException.class);
        assertThatThrownBy(() -> bench.plane.announce(export.key(), "snapshot", Map.of()))
                .isInstanceOf(PluginException.class);
        TaskLease again = bench.leaseOne();
        assertThat(again.key().token()).isNotEqualTo(export.key().token());
        assertThatThrownBy(() -> bench.finish(export)).isInstanceOf(PluginException.class);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void anIdleNodeThatWaitsForWorkIsHeardOf() throws Exception {
        bench.register(Bench.NODE);
        bench.pass(Duration.ofMinutes(10));
        bench.plane.awaitChange(Bench.NODE, -1, Duration.ZERO);
        assertThat(bench.catalog.nodes().find(Bench.NODE).orElseThrow().lastSeen())
                .isEqualTo(bench.clock.instant());
    }

    @Test
    void reportsKeepALeaseAlive() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        for (int i = 0; i < 100; i++) {
            bench.pass(bench.settings.leaseDuration().dividedBy(3));
            assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.VALID);
            bench.dispatcher.look();
        }
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aClockThatJumpsYearsAheadOrBackEndsNoLease() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.dispatcher.look();
        bench.clock.advance(Duration.ofDays(4_000));
        bench.dispatcher.look();
        assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.VALID);
        bench.clock.advance(Duration.ofDays(-8_000));
        bench.dispatcher.look();
        assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.VALID);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.RUNNING);
        silence();
        assertThat(bench.state(w, TaskType.EXPORT)).as("silence still ends it").isEqualTo(TaskState.QUEUED);
    }

    @Test
    void aClockThatGoesBackDoesNotProlongAWaitBetweenAttempts() throws Exception {
        bench.backUp("i1");
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        assertThat(bench.lease()).isEmpty();
        bench.clock.advance(Duration.ofDays(-400));
        assertThat(bench.lease()).hasSize(1);
    }

    @Test
    void aRestartedServerGivesNodesTheWholeLeaseBeforeItTakesThemForDead() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.pass(bench.settings.leaseDuration().multipliedBy(3));
        bench.restart();
        bench.dispatcher.look();
        assertThat(bench.beat(export)).isEqualTo(LeaseAnswer.State.VALID);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aNodeThatStartsAnewLosesWhatItHadAtOnce() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        bench.leaseOne();
        bench.register("node-2");
        assertThat(bench.state(w, TaskType.STORE)).isEqualTo(TaskState.RUNNING);
        bench.register(Bench.NODE);
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.QUEUED);
        assertThat(bench.state(w, TaskType.STORE)).isEqualTo(TaskState.WAITING);
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.EXPORT);
    }

    @Test
    void aTaskThatKillsNodeAfterNodeFailsForGood() throws Exception {
        Workflow w = bench.backUp("i1");
        for (int i = 0; i < bench.settings.retry().losses(); i++) {
            bench.leaseOne();
            bench.register(Bench.NODE);
        }
        assertThat(bench.lease()).isEmpty();
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
        assertThat(bench.workflow(w).message()).contains("10 times");
    }

    @Test
    void aMountThatRunsIsNeverGivenUpAndNothingOfItIsUndone() throws Exception {
        bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        TaskLease store = bench.leaseOne();
        bench.finish(export);
        bench.stored(store, "b1", "i1");
        Workflow w = bench.submit(new WorkflowRequest.InstantRecovery("b1", null, Map.of()));
        TaskLease mount = bench.leaseOne();
        bench.plane.announce(mount.key(), "machine", Map.of());
        bench.plane.sessionOpened(mount.key(), "b1");
        for (int i = 0; i <= bench.settings.retry().losses(); i++) {
            bench.register(Bench.NODE);
            mount = bench.leaseOne();
            assertThat(mount.kind()).isEqualTo(TaskKind.MOUNT);
            assertThat(bench.plane.inputs(mount.key()).sideEffects()).hasSize(1);
        }
        for (int i = 0; i <= bench.settings.retry().attempts(); i++) {
            bench.fail(mount, ErrorKind.PERMISSION);
            bench.pass(Duration.ofHours(1));
            mount = bench.leaseOne();
        }
        bench.restart();
        bench.dispatcher.look();
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        assertThat(bench.catalog.journal().all()).hasSize(1);
    }

    @Test
    void whatADeadTaskAnnouncedIsUndoneBeforeAnythingNewIsBegunOnTheInstance() throws Exception {
        Workflow w = bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        String entry = bench.plane.announce(export.key(), "snapshot", Map.of("name", "s1"));
        bench.register(Bench.NODE);

        TaskLease cleanUp = bench.leaseOne();
        assertThat(cleanUp.kind()).isEqualTo(TaskKind.CLEANUP);
        TaskInputs inputs = bench.plane.inputs(cleanUp.key());
        assertThat(inputs.sideEffects()).singleElement().satisfies(e -> {
            assertThat(e.id()).isEqualTo(entry);
            assertThat(e.details()).containsEntry("name", "s1");
        });
        bench.plane.undone(Bench.NODE, entry);
        bench.finish(cleanUp);
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.EXPORT);
        assertThat(bench.catalog.journal().all()).isEmpty();
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
    }

    @Test
    void aCleanUpThatDoesNotSucceedDoesNotKeepBackupsFromBeingMade() throws Exception {
        bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.announce(export.key(), "snapshot", Map.of());
        bench.register(Bench.NODE);
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.EXPORT);
    }

    @Test
    void leftoversOfAFailedTaskAreCleanedUpAndForgottenLeftoversAreFoundAtTheNextStart() throws Exception {
        bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.announce(export.key(), "snapshot", Map.of());
        bench.fail(export, ErrorKind.PERMISSION);
        TaskLease cleanUp = bench.leaseOne();
        bench.fail(cleanUp, ErrorKind.PERMISSION);
        assertThat(bench.lease()).isEmpty();
        bench.restart();
        bench.dispatcher.look();
        assertThat(bench.leaseOne().kind()).isEqualTo(TaskKind.CLEANUP);
        assertThat(bench.dispatcher
                        .workflows()
                        .list(WorkflowFilter.all(), io.holdfast.core.catalog.PageRequest.first(10))
                        .items())
                .filteredOn(w -> w.type() == WorkflowType.CLEANUP)
                .hasSize(2);
    }

    @Test
    void whatAFinishedExportHoldsUntilItsStoreHasCommittedIsNoLeftover() throws Exception {
        bench.backUp("i1");
        TaskLease export = bench.leaseOne();
        bench.plane.sessionOpened(export.key(), "b1");
        String entry = bench.plane.announce(export.key(), "checkpoint", Map.of());
        bench.finish(export);
        bench.dispatcher.look();
        TaskLease store = bench.leaseOne();
        assertThat(store.kind()).isEqualTo(TaskKind.STORE);
        bench.plane.undone(Bench.NODE, entry);
        bench.stored(store, "b1", "i1");
        assertThat(bench.lease()).isEmpty();
    }

    @Test
    void aReturnedTaskGoesBackWithoutBlame() throws Exception {
        Workflow w = bench.backUp("i1");
        for (int i = 0; i < 20; i++) {
            bench.end(bench.leaseOne(), End.RETURNED);
        }
        assertThat(bench.state(w)).isEqualTo(WorkflowState.RUNNING);
        assertThat(bench.leaseOne().attempt()).isEqualTo(1);
    }

    @Test
    void attemptsAreSpacedMoreAndMoreAndEndWithTheLastFailure() throws Exception {
        Workflow w = bench.submit(new WorkflowRequest.Inventory("p1", null));
        Duration last = Duration.ZERO;
        for (int i = 1; i < bench.settings.retry().attempts(); i++) {
            bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
            Duration wait = Duration.between(
                    bench.clock.instant(), bench.task(w, TaskType.INVENTORY).notBefore());
            assertThat(wait).isGreaterThan(last.multipliedBy(1));
            last = wait;
            bench.pass(wait);
        }
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
        assertThat(bench.workflow(w).message()).isEqualTo("it went wrong");
        assertThat(bench.assets.health).containsEntry("p1", "it went wrong");
    }

    @Test
    void whatARetryCannotMendIsNotTriedAgain() throws Exception {
        Workflow w = bench.backUp("i1");
        bench.fail(bench.leaseOne(), ErrorKind.QUOTA);
        assertThat(bench.state(w)).isEqualTo(WorkflowState.FAILED);
        assertThat(bench.workflow(w).errorKind()).isEqualTo("QUOTA");
    }

    @Test
    void anEndedWaitWakesTheNodes() throws Exception {
        bench.backUp("i1");
        bench.fail(bench.leaseOne(), ErrorKind.UNAVAILABLE);
        Duration next = bench.dispatcher.look();
        assertThat(next).isLessThan(Duration.ofSeconds(14));
        long seen = bench.dispatcher.awaitChange(0, Duration.ZERO);
        bench.pass(next);
        bench.dispatcher.look();
        assertThat(bench.dispatcher.awaitChange(seen, Duration.ZERO)).isGreaterThan(seen);
    }

    @Test
    void aCatalogueThatIsBackGivesNodesTheWholeLeaseToBeHeardOf() throws Exception {
        Workflow w = bench.backUp("i1");
        bench.leaseOne();
        bench.dispatcher.look();
        bench.catalog.down(true);
        bench.pass(bench.settings.leaseDuration().multipliedBy(2));
        assertThatThrownBy(() -> bench.dispatcher.look()).isInstanceOf(RuntimeException.class);
        bench.dispatcher.measureLeasesAnew();
        bench.catalog.down(false);
        bench.dispatcher.look();
        assertThat(bench.state(w, TaskType.EXPORT)).isEqualTo(TaskState.RUNNING);
    }
}

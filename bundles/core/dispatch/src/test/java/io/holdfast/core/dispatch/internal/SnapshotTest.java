package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.policy.RetentionDecision;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.RetentionRule.Limits;
import io.holdfast.core.worker.SnapshotParameters;
import io.holdfast.core.worker.internal.SnapshotLists;
import io.holdfast.core.worker.internal.WorkerSettings;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.testkit.fake.FakeHypervisor.Operation;
import io.holdfast.testkit.fault.FaultPlan;
import io.holdfast.testkit.fault.FaultyStrategyType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {

    private static final RetentionRule NEWEST =
            new RetentionRule(new Limits(1, null), null, null, false, 0, Duration.ZERO, ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = new Appliance(directory);
        appliance.hypervisor.addMachine("vm1").addDisk("vda", 1 << 20);
        write("before");
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private void write(String text) {
        appliance.hypervisor.machine("vm1").disk("vda").write(0, text.getBytes(StandardCharsets.UTF_8));
    }

    private String content() {
        byte[] all = appliance.hypervisor.machine("vm1").disk("vda").content();
        return new String(all, 0, 5, StandardCharsets.UTF_8);
    }

    private Workflow order(SnapshotOrder order) throws Exception {
        return appliance.run(new WorkflowRequest.Snapshot(Appliance.INSTANCE, order));
    }

    private Workflow good(SnapshotOrder order) throws Exception {
        Workflow w = order(order);
        assertThat(w.state()).as(w.message()).isEqualTo(WorkflowState.FINISHED);
        return w;
    }

    private String take(String name) throws Exception {
        Workflow w = good(new SnapshotOrder.Take(name, "why not", false));
        return appliance.task(w, TaskType.SNAPSHOT).results().get(SnapshotParameters.SNAPSHOT);
    }

    private SnapshotLists lists() {
        return new SnapshotLists(
                WorkerSettings.standard("asking", directory.resolve("asking")),
                appliance.server,
                appliance.plugins.registry(),
                Clock.systemUTC());
    }

    private List<SnapshotInfo> listed() throws PluginException {
        return lists().list(Appliance.INSTANCE);
    }

    @Test
    void aSnapshotIsTakenAndListed() throws Exception {
        String id = take("before the upgrade");

        assertThat(listed()).singleElement().satisfies(s -> {
            assertThat(s.id()).isEqualTo(id);
            assertThat(s.name()).isEqualTo("before the upgrade");
            assertThat(s.description()).isEqualTo("why not");
            assertThat(s.ours()).isTrue();
            assertThat(s.current()).isTrue();
            assertThat(s.consistency()).isEqualTo(SnapshotConsistency.CRASH);
        });
        assertThat(appliance.catalog.journal().all()).isEmpty();
    }

    @Test
    void aSnapshotWithoutANameIsNamedAfterItsTime() throws Exception {
        take("");
        assertThat(listed()).singleElement().satisfies(s -> assertThat(s.name()).matches("snapshot of 20\\d\\d-.*Z"));
    }

    @Test
    void anApplicationConsistentSnapshotIsAskedForAsSuch() throws Exception {
        good(new SnapshotOrder.Take("quiet", "", true));
        assertThat(listed()).singleElement().satisfies(s -> assertThat(s.consistency())
                .isEqualTo(SnapshotConsistency.APPLICATION));
    }

    @Test
    void theInstanceGoesBackAndTheNextBackupReadsEverythingAndSaysWhy() throws Exception {
        String id = take("old");
        write("after");
        assertThat(appliance.end(appliance.backUp()).state()).isEqualTo(WorkflowState.FINISHED);

        good(new SnapshotOrder.Revert(id));

        assertThat(content()).isEqualTo("befor");
        Workflow backup = appliance.end(appliance.backUp());
        Backup row = appliance.catalog.backups().find(backup.backupId()).orElseThrow();
        assertThat(row.fullReadReason()).isEqualTo("SNAPSHOT_REVERTED");
        assertThat(row.incremental()).isFalse();
    }

    @Test
    void goingBackIsNeverTriedAgain() throws Exception {
        String id = take("old");
        appliance.hypervisor.failNext(Operation.REVERT_SNAPSHOT, ErrorKind.UNAVAILABLE);

        Workflow w = order(new SnapshotOrder.Revert(id));

        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(appliance.task(w, TaskType.SNAPSHOT).attempt()).isEqualTo(1);
    }

    @Test
    void aSnapshotThatIsNotThereIsNotFound() throws Exception {
        for (SnapshotOrder order : List.of(new SnapshotOrder.Revert("none"), new SnapshotOrder.Delete("none"))) {
            Workflow w = order(order);
            assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
            assertThat(w.errorKind()).isEqualTo("NOT_FOUND");
        }
    }

    @Test
    void ourSnapshotsAreDeletedAndThoseOfOthersAreNot() throws Exception {
        String id = take("ours");
        String foreign = appliance.hypervisor.takeForeignSnapshot("vm1", "theirs", Instant.now());

        good(new SnapshotOrder.Delete(id));
        Workflow refused = order(new SnapshotOrder.Delete(foreign));

        assertThat(refused.errorKind()).isEqualTo("CONFLICT");
        assertThat(refused.message()).contains("theirs", "not made by this appliance");
        assertThat(listed()).extracting(SnapshotInfo::id).containsExactly(foreign);
    }

    @Test
    void aRuleKeepsTheNewestAndLeavesThoseOfOthersAlone() throws Exception {
        take("one");
        take("two");
        String newest = take("three");
        String foreign =
                appliance.hypervisor.takeForeignSnapshot("vm1", "theirs", Instant.parse("2020-01-01T00:00:00Z"));

        List<RetentionDecision> preview = appliance.workflows().previewSnapshots(Appliance.INSTANCE, listed(), NEWEST);
        assertThat(preview).extracting(RetentionDecision::keep).containsExactly(true, false, false);
        Workflow dry = good(new SnapshotOrder.Retain(NEWEST, true));
        assertThat(dry.message()).contains("would delete 2", "kept 1", "left 1 of others alone");
        assertThat(listed()).hasSize(4);

        Workflow w = good(new SnapshotOrder.Retain(NEWEST, false));

        assertThat(w.message()).contains("deleted 2 snapshots; kept 1");
        assertThat(appliance.task(w, TaskType.SNAPSHOT).results()).containsEntry(SnapshotParameters.DELETED, "2");
        assertThat(listed()).extracting(SnapshotInfo::id).containsExactlyInAnyOrder(newest, foreign);
    }

    @Test
    void aRuleWithDaysLetsTheLastOneGoToo() throws Exception {
        take("young");
        RetentionRule days =
                new RetentionRule(new Limits(null, 1), null, null, false, 0, Duration.ZERO, ZoneOffset.UTC);
        List<SnapshotInfo> old = listed().stream()
                .map(s -> new SnapshotInfo(s.id(), s.name(), s.created().minus(Duration.ofDays(2)), true))
                .toList();
        assertThat(appliance.workflows().previewSnapshots(Appliance.INSTANCE, old, days))
                .extracting(RetentionDecision::keep)
                .containsExactly(false);
        good(new SnapshotOrder.Retain(days, false));
        assertThat(listed()).hasSize(1);
    }

    @Test
    void whatCannotBeDeletedIsNamedAndTheOthersGoAnyway() throws Exception {
        String first = take("one");
        take("two");
        String newest = take("three");
        appliance.hypervisor.failNext(Operation.DELETE_SNAPSHOT, ErrorKind.CONFLICT);

        Workflow w = order(new SnapshotOrder.Retain(NEWEST, false));

        assertThat(w.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(appliance.log(w, TaskType.SNAPSHOT)).anyMatch(l -> l.startsWith("could not delete 'one'"));
        assertThat(listed()).extracting(SnapshotInfo::id).containsExactly(first, newest);
    }

    @Test
    void aNodeThatDiesOverASnapshotLeavesNoneThatNobodyKnows() throws Exception {
        appliance.wire.failNext("undone", Integer.MAX_VALUE);
        appliance.wire.failNext("complete", Integer.MAX_VALUE);
        Workflow w = appliance.submit(
                new WorkflowRequest.Snapshot(Appliance.INSTANCE, new SnapshotOrder.Take("cut short", "", false)));
        await().until(() -> !appliance.hypervisor.snapshotsOf("vm1").isEmpty());
        appliance.killNode();
        appliance.startNode("node-2");

        Workflow ended = appliance.end(w);

        assertThat(ended.state()).as(ended.message()).isEqualTo(WorkflowState.FINISHED);
        await().untilAsserted(() -> {
            assertThat(appliance.catalog.journal().all()).isEmpty();
            assertThat(listed()).hasSize(1);
        });
    }

    @Test
    void aNodeThatDiesWhileItGoesBackIsNotFollowedByAnother() throws Exception {
        String id = take("old");
        appliance.wire.failNext("complete", Integer.MAX_VALUE);
        write("after");
        Workflow w = appliance.submit(new WorkflowRequest.Snapshot(Appliance.INSTANCE, new SnapshotOrder.Revert(id)));
        await().until(() -> content().equals("befor"));
        appliance.killNode();
        write("later");
        appliance.startNode("node-2");

        Workflow ended = appliance.end(w);

        assertThat(ended.state()).isEqualTo(WorkflowState.FAILED);
        assertThat(ended.message()).contains("may have been done", "not tried again");
        assertThat(content()).as("what was written since").isEqualTo("later");
    }

    @Test
    void aPassingFailureIsTriedAgain() throws Exception {
        appliance.hypervisor.failNext(Operation.CREATE_SNAPSHOT, ErrorKind.UNAVAILABLE);
        Workflow w = good(new SnapshotOrder.Take("again", "", false));
        Task task = appliance.task(w, TaskType.SNAPSHOT);
        assertThat(task.attempt()).isEqualTo(2);
        assertThat(listed()).hasSize(1);
    }

    @Test
    void snapshotsAreListedWhileTheInstanceIsBusy() throws Exception {
        take("one");
        appliance.hypervisor.failNext(Operation.READ, ErrorKind.UNAVAILABLE); // the backup waits to be tried again
        Workflow backup = appliance.backUp();
        assertThat(listed()).hasSize(1);
        appliance.end(backup);
    }

    @Test
    void aProviderWithoutSnapshotsSaysSo() throws Exception {
        appliance.close();
        appliance = new Appliance(
                directory.resolve("other"),
                new io.holdfast.testkit.fake.MemoryStore(),
                good -> new FaultyStrategyType(good, FaultPlan.none()),
                d -> d);
        appliance.hypervisor.addMachine("vm1");

        assertThatThrownBy(this::listed)
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("fake-hypervisor");
        Workflow w = order(new SnapshotOrder.Take("x", "", false));
        assertThat(w.errorKind()).isEqualTo("UNSUPPORTED");
    }

    @Test
    void nonsenseIsRefusedAtOnce() {
        for (SnapshotOrder order : List.of(
                new SnapshotOrder.Take("x".repeat(101), "", false),
                new SnapshotOrder.Take("two\nlines", "", false),
                new SnapshotOrder.Take("x", "y".repeat(501), false),
                new SnapshotOrder.Revert(""))) {
            assertThatThrownBy(() -> order(order))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIG));
        }
        assertThatThrownBy(() ->
                        appliance.submit(new WorkflowRequest.Snapshot("none", new SnapshotOrder.Take("x", "", false))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
    }
}

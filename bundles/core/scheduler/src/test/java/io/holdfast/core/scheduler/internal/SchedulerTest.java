package io.holdfast.core.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.catalog.Provider;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.dispatch.WorkflowRequest.BackUp;
import io.holdfast.core.dispatch.WorkflowRequest.BootProof;
import io.holdfast.core.dispatch.WorkflowRequest.Inventory;
import io.holdfast.core.dispatch.WorkflowRequest.PruneInstances;
import io.holdfast.core.dispatch.WorkflowRequest.Snapshot;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(directory);
        bench.instance("i1", "web-1", true);
        bench.instance("i2", "web-2", true);
        bench.instance("i3", "db-1", true);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String create(PolicySpec spec) throws Exception {
        return bench.policies.create(spec).id();
    }

    private void look(Duration later) {
        bench.clock.advance(later);
        bench.engine.look();
    }

    private void finish(Class<? extends WorkflowRequest> type) {
        bench.workflows.submitted.stream()
                .filter(s -> type.isInstance(s.request()))
                .filter(s -> !bench.workflows.find(s.id()).orElseThrow().state().ended())
                .forEach(s -> bench.workflows.end(s.id(), WorkflowState.FINISHED, "b-" + s.id()));
    }

    @Test
    void a_due_schedule_backs_up_what_the_policy_covers() throws Exception {
        String id = create(Bench.backups("gold", "at=22:00 mode=full"));
        look(Duration.ofHours(9));
        assertThat(bench.workflows.submitted).isEmpty();

        look(Duration.ofHours(1));

        assertThat(bench.requests(BackUp.class))
                .containsExactlyInAnyOrder(new BackUp("i1", "d1", true), new BackUp("i2", "d1", true));
        assertThat(bench.workflows.submitted)
                .allSatisfy(s -> assertThat(s.submission().origin()).isEqualTo("policy gold"));
        assertThat(bench.runs(id)).singleElement().satisfies(run -> {
            assertThat(run.due()).isEqualTo(Instant.parse("2026-05-01T22:00:00Z"));
            assertThat(run.ended()).isNull();
        });
        look(Duration.ofHours(1));
        finish(BackUp.class);
        look(Duration.ofSeconds(5));
        assertThat(bench.runs(id)).singleElement().satisfies(run -> assertThat(run.ended())
                .isNotNull());
        assertThat(bench.items(id)).extracting(PolicyItem::state).containsOnly(PolicyItem.State.DONE);
    }

    @Test
    void a_machine_that_a_later_inventory_finds_is_covered_without_anybody_asking() throws Exception {
        create(Bench.backups("gold", "every=1h"));
        look(Duration.ofHours(1));
        finish(BackUp.class);
        bench.instance("i9", "web-9", true);
        look(Duration.ofHours(1));
        assertThat(bench.requests(BackUp.class)).extracting(BackUp::instanceId).containsOnlyOnce("i9");
    }

    @Test
    void what_was_missed_is_made_up_for_once() throws Exception {
        String id = create(Bench.backups("gold", "every=1h"));
        look(Duration.ofDays(10));
        look(Duration.ofSeconds(5));
        assertThat(bench.runs(id)).hasSize(1);
        assertThat(bench.requests(BackUp.class)).hasSize(2);
    }

    @Test
    void schedules_that_are_due_together_are_one_full_run() throws Exception {
        String id = create(Bench.backups("gold", "every=1h", "at=22:00 mode=full"));
        look(Duration.ofHours(10));
        assertThat(bench.runs(id)).singleElement().satisfies(run -> assertThat(run.full())
                .isTrue());
    }

    @Test
    void it_is_written_down_why_an_instance_was_skipped() throws Exception {
        bench.instance("i4", "web-4", false);
        bench.instance("i5", "web-test", true);
        String id = create(Bench.backups("gold", "every=1h"));
        look(Duration.ofHours(1));
        bench.workflows.end(
                bench.workflows.submitted.stream()
                        .filter(s -> s.request().equals(new BackUp("i1", "d1", false)))
                        .findFirst()
                        .orElseThrow()
                        .id(),
                WorkflowState.FAILED,
                "");
        look(Duration.ofHours(1));

        PolicyRun second = bench.runs(id).get(0);
        assertThat(bench.catalog.policies().items(second.id()))
                .filteredOn(i -> i.state() == PolicyItem.State.SKIPPED)
                .extracting(i -> i.instanceId() + " " + i.reason())
                .containsExactlyInAnyOrder("i2 BUSY", "i4 ABSENT", "i5 EXCLUDED");
        assertThat(bench.items(id))
                .filteredOn(i -> i.state() == PolicyItem.State.FAILED)
                .singleElement()
                .satisfies(i -> assertThat(i.reason()).isEqualTo("TIMEOUT"));
        assertThat(bench.requests(BackUp.class)).hasSize(3);
    }

    @Test
    void a_policy_that_is_switched_off_runs_only_by_hand_and_keeps_its_instances() throws Exception {
        PolicySpec on = Bench.backups("gold", "every=1h");
        String id = create(on);
        bench.policies.update(id, enabled(on, false));
        create(Bench.backups("silver", "every=1h"));
        look(Duration.ofHours(1));
        assertThat(bench.workflows.submitted).isEmpty();

        bench.policies.run(id, true, "eve");
        look(Duration.ofSeconds(1));

        assertThat(bench.workflows.submitted)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.submission().origin()).isEqualTo("eve"));
        bench.policies.update(id, on);
        look(Duration.ofMinutes(1));
        assertThat(bench.runs(id))
                .as("switching on makes nothing due that has passed")
                .hasSize(1);
    }

    private static PolicySpec enabled(PolicySpec s, boolean enabled) {
        return new PolicySpec(
                s.name(),
                s.kind(),
                enabled,
                s.priority(),
                s.destinationId(),
                s.instances(),
                s.include(),
                s.exclude(),
                s.schedules(),
                s.retention(),
                s.proof());
    }

    @Test
    void the_first_and_every_second_run_is_proven_by_booting() throws Exception {
        PolicySpec.Proof proof = new PolicySpec.Proof(2, "p1", Map.of("check", List.of("ping")));
        String id = create(Bench.spec("gold", Policy.Kind.BACKUP, null, proof, "every=1h"));
        for (int run = 1; run <= 3; run++) {
            look(Duration.ofHours(1));
            finish(BackUp.class);
            look(Duration.ofSeconds(5));
        }
        assertThat(bench.requests(BootProof.class)).hasSize(4).allSatisfy(p -> assertThat(p.settings())
                .isEqualTo(Map.of("check", List.of("ping"))));
        PolicyRun first = bench.runs(id).get(2);
        for (PolicyItem item : bench.catalog.policies().items(first.id())) {
            assertThat(bench.workflows.find(item.followUp()).orElseThrow().backupId())
                    .isEqualTo("b-" + item.id());
        }
    }

    @Test
    void a_proof_that_cannot_be_asked_for_does_not_undo_the_backup() throws Exception {
        PolicySpec.Proof proof = new PolicySpec.Proof(1, null, Map.of());
        String id = create(Bench.spec("gold", Policy.Kind.BACKUP, null, proof, "every=1h"));
        look(Duration.ofHours(1));
        finish(BackUp.class);
        bench.workflows.refuse = ErrorKind.UNSUPPORTED;
        look(Duration.ofSeconds(5));
        assertThat(bench.items(id)).allSatisfy(i -> {
            assertThat(i.state()).isEqualTo(PolicyItem.State.DONE);
            assertThat(i.reason()).isEqualTo("FOLLOW_UP");
            assertThat(i.message()).contains("refused");
        });
    }

    @Test
    void retention_follows_the_end_of_a_run_once_a_day_for_what_is_covered() throws Exception {
        bench.instance("i4", "web-4", false);
        RetentionRule rule = RetentionRule.standard();
        create(Bench.spec("gold", Policy.Kind.BACKUP, rule, null, "every=1h"));
        for (int hour = 0; hour < 26; hour++) {
            look(Duration.ofHours(1));
            finish(BackUp.class);
            look(Duration.ofSeconds(5));
        }
        assertThat(bench.requests(PruneInstances.class))
                .containsExactly(
                        new PruneInstances("d1", Set.of("i1", "i2", "i4"), rule),
                        new PruneInstances("d1", Set.of("i1", "i2", "i4"), rule));
    }

    @Test
    void snapshots_are_taken_and_then_thinned_out() throws Exception {
        RetentionRule rule = RetentionRule.standard();
        create(Bench.spec("quick", Policy.Kind.SNAPSHOT, rule, null, "every=1h"));
        create(Bench.backups("gold"));
        look(Duration.ofHours(1));
        assertThat(bench.requests(Snapshot.class)).hasSize(2).allSatisfy(s -> assertThat(s.order())
                .isInstanceOf(SnapshotOrder.Take.class));
        bench.workflows.end(bench.newest(Snapshot.class), WorkflowState.FAILED, "");
        finish(Snapshot.class);
        look(Duration.ofSeconds(5));
        assertThat(bench.requests(Snapshot.class))
                .as("where none was taken none is removed")
                .hasSize(3)
                .last()
                .satisfies(s -> assertThat(s.order()).isEqualTo(new SnapshotOrder.Retain(rule, false)));
        assertThat(bench.requests(PruneInstances.class)).isEmpty();
    }

    @Test
    void a_window_limits_how_late_a_workflow_starts() throws Exception {
        String id = create(Bench.backups("gold", "at=22:00 window=2h"));
        bench.clock.set(Instant.parse("2026-05-01T22:30:00Z"));
        bench.workflows.refuse = ErrorKind.UNAVAILABLE;
        bench.engine.look();
        assertThat(bench.items(id)).extracting(PolicyItem::state).containsOnly(PolicyItem.State.PLANNED);
        bench.workflows.refuse = null;
        bench.engine.look();
        assertThat(bench.workflows.submitted)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.submission().startWithin()).isEqualTo(Duration.ofMinutes(90)));

        finish(BackUp.class);
        bench.clock.set(Instant.parse("2026-05-02T23:59:00Z"));
        bench.workflows.refuse = ErrorKind.UNAVAILABLE;
        bench.engine.look();
        bench.workflows.refuse = null;
        look(Duration.ofMinutes(2));
        assertThat(bench.catalog.policies().items(bench.runs(id).get(0).id()))
                .extracting(PolicyItem::reason)
                .containsOnly("WINDOW");
    }

    @Test
    void what_cannot_be_submitted_is_told() throws Exception {
        String id = create(Bench.backups("gold", "every=1h"));
        bench.workflows.refuse = ErrorKind.CONFLICT;
        look(Duration.ofHours(1));
        assertThat(bench.items(id)).extracting(PolicyItem::reason).containsOnly("CONFLICT");
        assertThat(bench.runs(id).get(0).ended()).isNotNull();
    }

    @Test
    void a_clock_that_was_years_ahead_does_not_stop_policies_for_years() throws Exception {
        String id = create(Bench.backups("gold", "every=1h"));
        Instant today = bench.clock.instant();
        look(Duration.ofDays(3_650));
        finish(BackUp.class);
        bench.clock.set(today);
        bench.engine.look();
        look(Duration.ofHours(1));
        assertThat(bench.runs(id)).hasSize(2);
    }

    @Test
    void several_servers_on_one_catalogue_run_a_policy_once() throws Exception {
        for (int i = 10; i < 30; i++) {
            bench.instance("i" + i, "web-" + i, true);
        }
        PolicySpec.Proof proof = new PolicySpec.Proof(1, null, Map.of());
        String id = create(Bench.spec("gold", Policy.Kind.BACKUP, RetentionRule.standard(), proof, "every=1h"));
        for (int hour = 1; hour <= 5; hour++) {
            bench.clock.advance(Duration.ofHours(1));
            allAtOnce(4);
            finish(BackUp.class);
            bench.clock.advance(Duration.ofSeconds(5));
            allAtOnce(4);
        }
        assertThat(bench.runs(id)).extracting(PolicyRun::number).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(bench.requests(BackUp.class)).hasSize(5 * 22);
        assertThat(bench.requests(BootProof.class)).hasSize(5 * 22);
        assertThat(bench.requests(PruneInstances.class)).hasSize(1);
    }

    private void allAtOnce(int servers) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(servers);
        try {
            List<Callable<Boolean>> looks = IntStream.range(0, servers)
                    .<Callable<Boolean>>mapToObj(i -> {
                        Engine engine = bench.engine();
                        return () -> {
                            engine.look();
                            return true;
                        };
                    })
                    .toList();
            for (Future<Boolean> look : pool.invokeAll(looks)) {
                look.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void a_server_that_dies_between_two_steps_leaves_nothing_undone_and_nothing_done_twice() throws Exception {
        String id = create(Bench.backups("gold", "every=1h"));
        bench.clock.advance(Duration.ofHours(1));
        // dies after the run was written
        bench.starter.runIfDue(bench.catalog.policies().find(id).orElseThrow());
        assertThat(bench.workflows.submitted).isEmpty();
        // dies after a workflow was written, before that was noted
        PolicyItem one = bench.items(id).get(0);
        bench.workflows.submit(
                new BackUp(one.instanceId(), "d1", false),
                new io.holdfast.core.dispatch.Submission("x", 50, null, null, one.id()));

        bench.engine.look();

        assertThat(bench.requests(BackUp.class)).extracting(BackUp::instanceId).containsExactlyInAnyOrder("i1", "i2");
        assertThat(bench.items(id)).extracting(PolicyItem::state).containsOnly(PolicyItem.State.SUBMITTED);
    }

    @Test
    void providers_that_find_their_instances_are_asked_once_an_hour_however_many_servers_there_are() throws Exception {
        for (String type : List.of("finds", "names", "away")) {
            bench.catalog.providers().add(new Provider(type, type, type, Map.of(), Health.unknown()));
        }
        Engine other = bench.engine();
        bench.engine.look();
        other.look();
        assertThat(bench.requests(Inventory.class))
                .as("whoever has just added it asks")
                .isEmpty();
        for (int hour = 0; hour < 3; hour++) {
            look(Duration.ofHours(1));
            other.look();
            look(Duration.ofMinutes(1));
        }
        assertThat(bench.requests(Inventory.class)).hasSize(3).containsOnly(new Inventory("finds", null));
        assertThat(bench.workflows.submitted)
                .allSatisfy(s -> assertThat(s.submission().origin()).isEqualTo("system"));
    }

    @Test
    void what_old_runs_did_is_forgotten() throws Exception {
        String id = create(Bench.backups("gold", "at=22:00"));
        look(Duration.ofHours(10));
        finish(BackUp.class);
        look(Duration.ofSeconds(5));
        assertThat(bench.runs(id)).hasSize(1);
        bench.policies.update(id, enabled(Bench.backups("gold", "at=22:00"), false));
        look(Duration.ofDays(61));
        assertThat(bench.runs(id)).isEmpty();
        assertThat(bench.policies.find(id).orElseThrow().runs()).isEqualTo(1);
    }
}

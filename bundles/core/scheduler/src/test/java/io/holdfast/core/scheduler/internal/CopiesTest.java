package io.holdfast.core.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.Destination;
import io.holdfast.core.catalog.Health;
import io.holdfast.core.catalog.Policy;
import io.holdfast.core.catalog.PolicyItem;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest.Copy;
import io.holdfast.core.dispatch.WorkflowRequest.PruneInstances;
import io.holdfast.core.policy.RetentionRule;
import io.holdfast.core.policy.Schedule;
import io.holdfast.core.policy.ScheduleText;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopiesTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void begin() {
        bench = new Bench(directory);
        bench.instance("i1", "web-1", true);
        bench.instance("i2", "web-2", true);
        destination("d2", "v");
        destination("d3", "another vault");
        destination("d4", "");
    }

    @AfterEach
    void end() {
        bench.close();
    }

    private void destination(String id, String vault) {
        bench.catalog
                .destinations()
                .add(new Destination(id, "fake", id, Map.of(), vault, Health.unknown(), null, null));
    }

    private static PolicySpec spec(
            String to, @Nullable RetentionRule kept, @Nullable Schedule window, @Nullable RetentionRule first) {
        PolicySpec s = Bench.spec("gold", Policy.Kind.BACKUP, first, null, "every=1h");
        return new PolicySpec(
                s.name(),
                s.kind(),
                s.enabled(),
                s.priority(),
                s.destinationId(),
                s.instances(),
                s.include(),
                s.exclude(),
                s.schedules(),
                s.retention(),
                s.proof(),
                new PolicySpec.Copy(to, kept, window));
    }

    private String create(PolicySpec spec) throws PluginException {
        return bench.policies.create(spec).id();
    }

    private void look(Duration later) {
        bench.clock.advance(later);
        bench.engine.look();
    }

    /** One run, of which every backup but the last one is made. */
    private void run(String policy) {
        look(Duration.ofHours(1));
        var items = bench.items(policy);
        for (PolicyItem item : items) {
            if (bench.catalog.backups().find("b-" + item.id()).isPresent()) {
                continue; // of an earlier run
            }
            boolean last = item.instanceId().equals("i2");
            bench.workflows.end(
                    item.id(), last ? WorkflowState.FAILED : WorkflowState.FINISHED, last ? "" : "b-" + item.id());
            if (!last) {
                bench.catalog.backups().add(backup("b-" + item.id(), item.instanceId()));
            }
        }
        look(Duration.ofSeconds(5));
    }

    private Backup backup(String id, String instance) {
        return new Backup(
                id,
                instance,
                "d1",
                "",
                false,
                Backup.Status.SUCCESS,
                bench.clock.instant(),
                bench.clock.instant(),
                new Backup.Stats(1, 1, 1, 1, 1, 0, 1),
                "",
                "",
                null,
                Backup.Verification.NEVER,
                null,
                0,
                "");
    }

    @Test
    void what_a_run_has_made_is_copied_once_when_it_has_ended() throws Exception {
        String id = create(spec("d2", null, null, null));
        run(id);
        look(Duration.ofSeconds(5));

        String made = bench.items(id).stream()
                .filter(i -> i.instanceId().equals("i1"))
                .findFirst()
                .orElseThrow()
                .id();
        assertThat(bench.requests(Copy.class)).singleElement().satisfies(copy -> {
            assertThat(copy.fromDestinationId()).isEqualTo("d1");
            assertThat(copy.toDestinationId()).isEqualTo("d2");
            assertThat(copy.backupIds()).containsExactly("b-" + made);
        });
        assertThat(bench.newest(Copy.class)).isEqualTo(bench.runs(id).get(0).id());
        assertThat(bench.runs(id).get(0).ended()).isNotNull();
    }

    @Test
    void a_run_goes_on_until_its_copies_could_be_asked_for() throws Exception {
        String id = create(spec("d2", null, null, null));
        look(Duration.ofHours(1));
        for (PolicyItem item : bench.items(id)) {
            bench.workflows.end(item.id(), WorkflowState.FINISHED, "b-" + item.id());
            bench.catalog.backups().add(backup("b-" + item.id(), item.instanceId()));
        }
        bench.workflows.refuse = ErrorKind.UNAVAILABLE;
        look(Duration.ofSeconds(5));
        assertThat(bench.runs(id).get(0).ended()).isNull();

        bench.workflows.refuse = null;
        look(Duration.ofSeconds(5));

        assertThat(bench.requests(Copy.class)).singleElement().satisfies(c -> assertThat(c.backupIds())
                .hasSize(2));
        assertThat(bench.runs(id).get(0).ended()).isNotNull();
    }

    @Test
    void what_failed_copies_have_left_out_is_made_up_for_with_the_next_run() throws Exception {
        String id = create(spec("d2", null, null, null));
        run(id);
        bench.workflows.end(bench.newest(Copy.class), WorkflowState.FINISHED, "");
        run(id);
        List<String> missed = latest();
        bench.workflows.end(bench.newest(Copy.class), WorkflowState.FAILED, "");
        look(Duration.ofHours(1));
        bench.catalog
                .policies()
                .items(bench.runs(id).get(0).id())
                .forEach(item -> bench.workflows.end(item.id(), WorkflowState.FAILED, ""));
        look(Duration.ofSeconds(5));
        assertThat(latest()).isEqualTo(missed); // although this run has made nothing
        bench.workflows.end(bench.newest(Copy.class), WorkflowState.CANCELLED, "");
        run(id);

        List<String> copied = latest();
        assertThat(copied).hasSize(2).containsAll(missed);

        bench.workflows.end(bench.newest(Copy.class), WorkflowState.FINISHED_WITH_WARNINGS, "");
        run(id);
        assertThat(latest()).hasSize(1).doesNotContainAnyElementsOf(copied);
    }

    /** The backups that the newest copy was asked for. */
    private List<String> latest() {
        List<Copy> copies = bench.requests(Copy.class);
        return copies.get(copies.size() - 1).backupIds();
    }

    @Test
    void copies_wait_for_their_window() throws Exception {
        Schedule night = ScheduleText.read("at=22:00 window=8h");
        String id = create(spec("d2", null, night, null));
        run(id);

        assertThat(bench.workflows.submitted)
                .filteredOn(s -> s.request() instanceof Copy)
                .singleElement()
                .satisfies(s -> {
                    assertThat(s.submission().notBefore()).isEqualTo(Instant.parse("2026-05-01T22:00:00Z"));
                    assertThat(s.submission().startWithin()).isEqualTo(Duration.ofHours(8));
                });
        assertThat(Copies.opening(night, Instant.parse("2026-05-02T03:00:00Z")))
                .isEqualTo(new Copies.Opening(Instant.parse("2026-05-02T03:00:00Z"), Duration.ofHours(3)));
        assertThat(Copies.opening(null, Instant.EPOCH)).isEqualTo(new Copies.Opening(null, null));
    }

    @Test
    void each_destination_keeps_by_its_own_rule() throws Exception {
        RetentionRule here = RetentionRule.standard();
        RetentionRule there = RetentionRule.of(new RetentionRule.KeepRule(3, 0, 0, 0, 0, 0, Duration.ZERO));
        run(create(spec("d2", there, null, here)));

        assertThat(bench.requests(PruneInstances.class))
                .extracting(PruneInstances::destinationId, PruneInstances::rule)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("d1", here),
                        org.assertj.core.groups.Tuple.tuple("d2", there));
    }

    @Test
    void a_policy_keeps_what_it_says_about_copies() throws Exception {
        PolicySpec spec = spec("d2", RetentionRule.standard(), ScheduleText.read("at=22:00 window=8h"), null);

        String id = create(spec);

        assertThat(Definitions.read(bench.catalog.policies().find(id).orElseThrow()))
                .isEqualTo(spec);
    }

    @Test
    void a_second_destination_has_a_vault_of_any_keys_and_is_another_one() throws Exception {
        create(spec("d3", null, null, null));
        assertThatThrownBy(() -> create(spec("d4", null, null, null))).hasMessageContaining("has no vault yet");
        assertThatThrownBy(() -> create(spec("d1", null, null, null))).hasMessageContaining("is the first one");
        assertThatThrownBy(() -> create(spec("d9", null, null, null))).hasMessageContaining("no destination 'd9'");
        assertThatThrownBy(() -> create(spec("d2", null, ScheduleText.read("at=22:00"), null)))
                .hasMessageContaining("for how long");
    }
}

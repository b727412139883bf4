package io.holdfast.core.dispatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Task;
import io.holdfast.core.catalog.TaskState;
import io.holdfast.core.catalog.TaskType;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.worker.Findings;
import io.holdfast.core.worker.LeaseAnswer;
import io.holdfast.core.worker.TaskKind;
import io.holdfast.core.worker.TaskLease;
import io.holdfast.core.worker.TaskOutcome.End;
import io.holdfast.core.worker.TaskParameters;
import io.holdfast.core.worker.TaskReport;
import io.holdfast.core.worker.TaskReport.Measure;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes and servers that work, fail and die at random; whatever they do, what must never happen does not. */
class SimulationTest {

    private static final int STEPS = 600;
    private static final List<String> NODES = List.of("node-1", "node-2");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyWorkflowEndsAndNoTwoRunOnOneInstance(int seed) throws Exception {
        Random random = new Random(seed);
        try (Bench bench = new Bench()) {
            List<TaskLease> held = new ArrayList<>();
            Set<String> onVault = new HashSet<>();
            for (int step = 0; step < STEPS; step++) {
                act(bench, random, held, onVault);
                check(bench, seed);
            }
            drain(bench, held, onVault, seed);
            for (Workflow w : all(bench)) {
                assertThat(w.state().ended()).as("seed %d %s", seed, w).isTrue();
                if (w.state() == WorkflowState.FINISHED && !w.backupId().isEmpty()) {
                    assertThat(bench.catalog.backups().find(w.backupId())).isPresent();
                }
            }
            assertThat(bench.catalog
                            .backups()
                            .list(null, null, PageRequest.first(1_000))
                            .items())
                    .extracting(b -> b.id())
                    .as("what the catalogue has is on the vault")
                    .isSubsetOf(onVault);
        }
    }

    private static void act(Bench bench, Random random, List<TaskLease> held, Set<String> onVault) throws Exception {
        switch (random.nextInt(12)) {
            case 0, 1 -> bench.backUp("i" + (1 + random.nextInt(4)));
            case 2, 3, 4 -> held.addAll(bench.plane.lease(Bench.room(NODES.get(random.nextInt(2)), 3)));
            case 5 -> {
                String node = NODES.get(random.nextInt(2));
                bench.register(node);
            }
            case 6 -> {
                bench.dispatcher.look();
                bench.pass(Duration.ofSeconds(random.nextInt(40)));
                bench.dispatcher.look();
            }
            case 7 -> {
                List<Workflow> flows = all(bench);
                if (!flows.isEmpty() && random.nextInt(3) == 0) {
                    bench.dispatcher
                            .workflows()
                            .cancel(flows.get(random.nextInt(flows.size())).id());
                }
            }
            case 8 -> {
                if (random.nextInt(4) == 0) {
                    bench.restart();
                }
            }
            default -> {
                if (!held.isEmpty()) {
                    work(bench, random, held, onVault);
                }
            }
        }
    }

    /** One of the tasks that somebody believes to hold gets on, or tries to. */
    private static void work(Bench bench, Random random, List<TaskLease> held, Set<String> onVault) {
        TaskLease lease = held.get(random.nextInt(held.size()));
        try {
            LeaseAnswer.State answer = bench.plane
                    .heartbeat("any", List.of(new TaskReport(lease.key(), Measure.none(), List.of())))
                    .get(0)
                    .state();
            if (answer == LeaseAnswer.State.CANCEL && random.nextBoolean()) {
                held.remove(lease);
                bench.end(lease, End.CANCELLED);
                return;
            }
            int luck = random.nextInt(10);
            if (luck == 0) {
                held.remove(lease);
                bench.fail(lease, random.nextInt(4) == 0 ? ErrorKind.PERMISSION : ErrorKind.UNAVAILABLE);
            } else if (luck == 1) {
                held.remove(lease);
                bench.end(lease, lease.kind() == TaskKind.STORE ? End.START_OVER : End.RETURNED);
            } else {
                finish(bench, random, held, onVault, lease);
            }
        } catch (PluginException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT);
            held.remove(lease);
        }
    }

    private static void finish(Bench bench, Random random, List<TaskLease> held, Set<String> onVault, TaskLease lease)
            throws PluginException {
        String instance = lease.parameters().get(TaskParameters.INSTANCE);
        if (lease.kind() == TaskKind.EXPORT) {
            bench.plane.sessionOpened(lease.key(), "b-" + lease.key().token());
            if (random.nextInt(3) == 0) {
                bench.plane.announce(lease.key(), "snapshot", Map.of());
                return;
            }
            bench.catalog.journal().ofTask(lease.key().taskId()).forEach(e -> bench.catalog
                    .journal()
                    .remove(e.id()));
        } else if (lease.kind() == TaskKind.STORE) {
            String id = lease.parameters().get(TaskParameters.SESSION);
            onVault.add(id);
            bench.plane.found(lease.key(), Findings.backups(List.of(bench.backup(id, instance, 0))));
            held.remove(lease);
            bench.finish(lease, Map.of(TaskParameters.BACKUP, id));
            return;
        } else {
            for (var effect : bench.plane.inputs(lease.key()).sideEffects()) {
                bench.plane.undone("any", effect.id());
            }
        }
        held.remove(lease);
        bench.finish(lease);
    }

    /** Everybody behaves from now on; it all has to come to an end. */
    private static void drain(Bench bench, List<TaskLease> held, Set<String> onVault, int seed) throws Exception {
        Random good = new Random(0) {
            @Override
            public int nextInt(int bound) {
                return bound - 1;
            }
        };
        for (String node : NODES) {
            bench.register(node);
        }
        held.clear();
        for (int i = 0;
                i < 2_000 && all(bench).stream().anyMatch(w -> !w.state().ended());
                i++) {
            bench.pass(Duration.ofSeconds(5));
            bench.dispatcher.look();
            for (String node : NODES) {
                held.addAll(bench.plane.lease(Bench.room(node, 3)));
            }
            for (TaskLease lease : List.copyOf(held)) {
                try {
                    bench.beat(lease);
                    finish(bench, good, held, onVault, lease);
                } catch (PluginException e) {
                    held.remove(lease);
                }
            }
            check(bench, seed);
        }
    }

    private static void check(Bench bench, int seed) {
        Set<String> busy = new HashSet<>();
        int exports = 0;
        for (Task t : bench.catalog.workflows().tasksIn(Set.of(TaskState.RUNNING), 1_000)) {
            if (t.type() == TaskType.EXPORT) {
                exports++;
                assertThat(busy.add(t.parameters().get(TaskParameters.INSTANCE)))
                        .as("seed %d: two exports of one instance", seed)
                        .isTrue();
            }
        }
        assertThat(exports).as("seed %d", seed).isLessThanOrEqualTo(2);
    }

    private static List<Workflow> all(Bench bench) {
        return bench.dispatcher
                .workflows()
                .list(WorkflowFilter.all(), PageRequest.first(1_000))
                .items();
    }
}

package io.holdfast.core.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.scheduler.internal.SchedulerComponent.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerComponentTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(directory);
        bench.instance("i1", "web-1", true);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private SchedulerComponent component(Duration look) {
        return new SchedulerComponent(
                bench.catalog,
                bench.ids,
                bench.workflows,
                bench.registry(),
                bench.clock,
                new Settings(look, Duration.ofDays(1), Duration.ZERO, Duration.ZERO, Duration.ofDays(60)));
    }

    private static boolean runs() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.isAlive() && t.getName().equals("holdfast-scheduler"));
    }

    @Test
    void a_run_that_somebody_asks_for_does_not_wait_for_the_next_look() throws Exception {
        SchedulerComponent component = component(Duration.ofHours(1));
        try {
            String id = component.create(Bench.backups("gold")).id();
            PolicyRun run = component.run(id, false, "eve");
            await().until(() -> bench.workflows.submitted.size() == 1);
            assertThat(component.items(id, run.id())).hasSize(1);
            assertThat(component.runs(id, Bench.ALL).items())
                    .extracting(PolicyRun::id)
                    .containsExactly(run.id());
        } finally {
            component.stop();
        }
    }

    @Test
    void schedules_run_while_it_is_there_and_its_thread_ends_with_it() throws Exception {
        SchedulerComponent component = component(Duration.ofMillis(20));
        try {
            component.create(Bench.backups("gold", "every=1h"));
            bench.clock.advance(Duration.ofHours(1));
            await().until(() -> bench.workflows.submitted.size() == 1);
        } finally {
            component.stop();
        }
        await().until(() -> !runs());
    }
}

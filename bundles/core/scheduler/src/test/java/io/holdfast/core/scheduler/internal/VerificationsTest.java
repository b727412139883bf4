package io.holdfast.core.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.dispatch.WorkflowRequest.Verify;
import io.holdfast.spi.ErrorKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationsTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(directory);
        bench.verificationDays = 3;
        bench.engine = bench.engine();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void look(Duration after) {
        bench.clock.advance(after);
        bench.engine.look();
    }

    private List<Integer> slices() {
        return bench.requests(Verify.class).stream().map(Verify::slice).toList();
    }

    @Test
    void everything_is_read_in_turns_a_part_each_day() {
        look(Duration.ZERO);
        assertThat(slices()).as("a destination that is new").isEmpty();
        for (int day = 0; day < 4; day++) {
            look(Duration.ofDays(1));
            look(Duration.ofMinutes(1));
            bench.workflows.end(bench.newest(Verify.class), WorkflowState.FINISHED, "");
        }
        assertThat(slices()).containsExactly(0, 1, 2, 0);
        assertThat(bench.requests(Verify.class)).allSatisfy(request -> {
            assertThat(request.slices()).isEqualTo(3);
            assertThat(request.destinationId()).isEqualTo("d1");
        });
    }

    @Test
    void what_was_not_read_to_its_end_is_read_again_and_damage_is_an_end() {
        look(Duration.ZERO);
        look(Duration.ofDays(1));
        look(Duration.ofDays(5));
        assertThat(slices()).as("one at a time").containsExactly(0);
        bench.workflows.end(bench.newest(Verify.class), WorkflowState.FAILED, "");
        look(Duration.ofDays(1));
        bench.workflows.end(bench.newest(Verify.class), WorkflowState.FAILED, "", ErrorKind.CORRUPT_DATA.name());
        look(Duration.ofDays(1));
        assertThat(slices()).containsExactly(0, 0, 1);
    }

    @Test
    void several_servers_and_a_new_start_ask_once() {
        look(Duration.ZERO);
        Engine other = bench.engine();
        look(Duration.ofDays(1));
        other.look();
        bench.engine().look();
        assertThat(slices()).containsExactly(0);
        bench.workflows.end(bench.newest(Verify.class), WorkflowState.FINISHED, "");
        bench.clock.advance(Duration.ofDays(1));
        other.look();
        look(Duration.ofMinutes(1));
        assertThat(slices()).containsExactly(0, 1);
    }

    @Test
    void a_submission_that_is_refused_and_a_clock_that_is_set_back_do_not_end_the_turns() {
        look(Duration.ZERO);
        bench.workflows.refuse = ErrorKind.UNAVAILABLE;
        look(Duration.ofDays(1));
        bench.workflows.refuse = null;
        look(Duration.ofHours(1));
        assertThat(slices()).isEmpty();
        look(Duration.ofDays(1));
        bench.workflows.end(bench.newest(Verify.class), WorkflowState.FINISHED, "");
        look(Duration.ofDays(-400));
        assertThat(slices()).containsExactly(0, 1);
    }

    @Test
    void nothing_is_read_when_it_is_turned_off() {
        bench.verificationDays = 0;
        Engine off = bench.engine();
        for (int day = 0; day < 3; day++) {
            off.look();
            bench.clock.advance(Duration.ofDays(1));
        }
        assertThat(slices()).isEmpty();
    }
}

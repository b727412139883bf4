package io.holdfast.core.vault.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many stories. By default so many that some thousand things go wrong; {@code -Dsimulation.points=100000} for more,
 * {@code -Dsimulation.seed=4711} to begin elsewhere, {@code -Dsimulation.points=1} with it to see one story again.
 */
class SimulationTest {

    private static final long POINTS = Long.getLong("simulation.points", 3000);
    private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);

    static Randomness randomness;

    @TempDir
    Path directory;

    @BeforeAll
    static void begin() {
        randomness = new Randomness();
    }

    @AfterAll
    static void end() {
        randomness.close();
    }

    private Path room(long seed) {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? memory.resolve(
                        "holdfast-simulation-" + ProcessHandle.current().pid() + "-" + seed)
                : directory.resolve("s" + seed);
    }

    @Test
    void whateverGoesWrongNoBackupIsLostNothingStaysForEverAndEverythingEnds() {
        Map<Faults.Fault, Long> all = new EnumMap<>(Faults.Fault.class);
        long points = 0;
        long seed = FIRST_SEED;
        long backups = 0;
        for (; points < POINTS; seed++) {
            Story.Outcome outcome = Story.play(seed, room(seed));
            points += Math.max(1, outcome.points());
            backups += outcome.backups();
            outcome.faults().forEach((fault, n) -> all.merge(fault, n, Long::sum));
        }
        System.out.println("Simulated " + points + " crash points with the seeds " + FIRST_SEED + " to " + (seed - 1)
                + ", " + backups + " backups: " + all);
        assertThat(backups).isPositive();
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        Story.Outcome first = Story.play(42, room(42));
        Story.Outcome second = Story.play(42, room(42));
        assertThat(second).isEqualTo(first);
    }
}

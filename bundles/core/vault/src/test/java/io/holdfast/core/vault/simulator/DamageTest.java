package io.holdfast.core.vault.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.PluginException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many stores that break their contract; {@code -Dsimulation.damage=5000} and {@code -Dsimulation.seed=4711} for more and for others. */
class DamageTest {

    private static final long STORIES = Long.getLong("simulation.damage", 60);
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

    @Test
    void damageIsFoundByItsNameNothingElseSuffersAndTheNextBackupIsWhole() throws PluginException {
        Map<Damage.Kind, Long> all = new EnumMap<>(Damage.Kind.class);
        for (long seed = FIRST_SEED; seed < FIRST_SEED + STORIES; seed++) {
            try {
                DamageStory.play(seed, directory.resolve("d" + seed))
                        .forEach((kind, n) -> all.merge(kind, n, Long::sum));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.println("Damage with the seeds from " + FIRST_SEED + ", " + STORIES + ": " + all);
        assertThat(all).isNotEmpty();
    }
}

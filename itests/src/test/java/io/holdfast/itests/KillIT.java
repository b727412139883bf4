package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.GatedProvider;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.Staging;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.VaultFiles;
import io.holdfast.itests.harness.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9}, again and again. Nothing is lost, and nobody has to clean up. */
class KillIT {

    private static final int ROUNDS = 4;
    private static final int FILES = 12;
    private static final long FILE_SIZE = 8L << 20;
    private static final int LONGEST_MILLIS = 1500;
    private static final int FIRST_STARTS = 3;
    private static final int FIRST_START_MILLIS = 12_000;

    private final Scratch scratch = Scratch.create();
    private final Path vault = scratch.directory("vault");
    private Appliance appliance;
    private Operator operator;
    private String destination;

    @BeforeEach
    void given_an_appliance_with_a_vault() {
        appliance = Appliance.unpackedIn(scratch.directory("appliance"))
                .configure("io.holdfast.core.dispatch", Map.of("lease.seconds", "5"))
                .start();
        operator = appliance.operator();
        destination = operator.destination(vault);
    }

    @AfterEach
    void end() {
        appliance.close();
        scratch.close();
    }

    private void kill() {
        appliance.kill();
        appliance.start();
        operator = appliance.operator();
    }

    @Test
    void backups_and_restores_that_are_killed_at_any_moment_end_by_themselves_and_harm_nothing() {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("KillIT: the moments are those of -Dholdfast.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Path tree = scratch.path("tree");
        SampleTree.plenty(tree, FILES, FILE_SIZE, seed);
        String instance = operator.directory(tree);
        Map<String, TreeImage> images = new LinkedHashMap<>();
        images.put(operator.backUp(instance, destination).id(), TreeImage.of(tree));

        for (int round = 0; round < ROUNDS; round++) {
            SampleTree.plenty(tree, FILES / 2, FILE_SIZE, seed + 1000L * (round + 1));
            Work work = round % 2 == 0
                    ? operator.startBackup(instance, destination)
                    : operator.startRestore(first(images), scratch.directory("killed-" + round));
            int millis = random.nextInt(LONGEST_MILLIS);
            pass(millis);
            kill();
            long back = System.nanoTime();
            operator.await(work).finished();
            System.out.println("KillIT: killed after " + millis + " ms, done "
                    + Duration.ofNanos(System.nanoTime() - back).toMillis() + " ms after the restart");
            images.put(operator.backUp(instance, destination).id(), TreeImage.of(tree));
        }

        operator.verifyAll(destination).finished();
        images.forEach(this::thenItIsRestored);
        thenNothingIsLeftBehind();
    }

    private static String first(Map<String, TreeImage> images) {
        return images.keySet().iterator().next();
    }

    private static void pass(int millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private void thenItIsRestored(String backup, TreeImage image) {
        Path target = scratch.directory("restored");
        operator.restore(backup, target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
        Scratch.delete(target);
    }

    private void thenNothingIsLeftBehind() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(Staging.of(appliance).files()).isEmpty();
            assertThat(new VaultFiles(vault).unfinished()).isEmpty();
        });
    }

    @Test
    void what_a_killed_task_left_on_the_provider_is_removed_after_the_restart() {
        GatedProvider gated = GatedProvider.addTo(appliance, scratch);
        Work work = operator.startBackup(gated.instance(), destination);
        gated.awaitReader();
        assertThat(gated.snapshot()).exists();

        kill();
        gated.open();

        operator.await(work).finished();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(gated.snapshot()));
        BackupView backup = operator.backup(operator.workflow(work.id()).backupId());
        operator.verify(backup.id()).finished();
    }

    @Test
    void a_first_start_that_is_killed_at_any_moment_is_made_up_for_by_the_next() {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("KillIT: the moments of the first start are those of -Dholdfast.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Appliance another = Appliance.unpackedIn(scratch.directory("another"))) {
            for (int round = 0; round < FIRST_STARTS; round++) {
                another.launch();
                pass(random.nextInt(FIRST_START_MILLIS));
                another.kill();
            }

            another.start();

            String target = another.operator().destination(scratch.directory("another-vault"));
            assertThat(target).isNotEmpty();
        }
    }
}

package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Directories that do not hold still. */
class ChangingSourceIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static String destination;

    @BeforeAll
    static void given_a_destination() {
        operator = APPLIANCE.operator();
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
    }

    @Test
    void files_that_come_and_go_while_they_are_read_never_fail_a_backup() throws Exception {
        Path tree = APPLIANCE.scratch().path("busy");
        SampleTree.small(tree.resolve("still"), 3000);
        Path busy = Files.createDirectories(tree.resolve("busy"));
        TreeImage still = TreeImage.of(tree.resolve("still"));
        String instance = operator.directory(tree);
        AtomicBoolean enough = new AtomicBoolean();
        Thread churn = new Thread(() -> churn(busy, enough), "churn");
        churn.start();
        String backup = "";
        try {
            for (int i = 0; i < 3; i++) {
                Work work = operator.tryBackup(instance, destination);
                assertThat(work.state()).as(work.message()).isIn("FINISHED", "FINISHED_WITH_WARNINGS");
                backup = work.backupId();
            }
        } finally {
            enough.set(true);
            churn.join();
        }

        Path target = APPLIANCE.scratch().directory("restored busy");
        operator.restore(backup, target);
        assertThat(still.differencesTo(TreeImage.of(target.resolve("still")))).isEmpty();
    }

    private static void churn(Path directory, AtomicBoolean enough) {
        try {
            for (int i = 0; !enough.get(); i++) {
                Path file = directory.resolve("file-" + i % 300);
                if (Files.deleteIfExists(file)) {
                    continue;
                }
                SampleTree.random(file, 3000, i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void an_instance_that_is_gone_fails_its_backup_and_leaves_the_old_ones_alone() throws IOException {
        Path tree = APPLIANCE.scratch().directory("short-lived");
        Files.writeString(tree.resolve("file"), "content");
        TreeImage image = TreeImage.of(tree);
        String instance = operator.directory(tree);
        String backup = operator.backUp(instance, destination).id();
        Scratch.delete(tree);

        Work work = operator.tryBackup(instance, destination).failedWith("NOT_FOUND");

        assertThat(work.message()).contains(tree.toString());
        Path target = APPLIANCE.scratch().directory("restored short-lived");
        operator.restore(backup, target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    void a_file_whose_clock_was_set_back_is_read_again() throws IOException {
        Path tree = APPLIANCE.scratch().directory("clocked");
        Path file = Files.writeString(tree.resolve("file"), "one");
        var time = Files.getLastModifiedTime(file);
        String instance = operator.directory(tree);
        operator.backUp(instance, destination);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);

        String backup = operator.backUp(instance, destination).id();

        Path target = APPLIANCE.scratch().directory("restored clocked");
        operator.restore(backup, target);
        assertThat(Files.readString(target.resolve("file"))).isEqualTo("two");
    }
}

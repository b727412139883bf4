package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hundred thousand small files. Times are printed and not asserted: machines differ. */
class ManyFilesIT {

    private static final int FILES = 100_000;

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static Path tree;
    private static String instance;
    private static String destination;
    private static BackupView backup;

    @BeforeAll
    static void given_a_backup_of_very_many_files() {
        operator = APPLIANCE.operator();
        tree = APPLIANCE.scratch().path("tree");
        SampleTree.small(tree, FILES);
        SampleTree.awaitSettled(tree);
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        instance = operator.directory(tree);
        backup = timed("first backup", () -> operator.backUp(instance, destination));
    }

    private static <T> T timed(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        System.out.printf("ManyFilesIT: %-40s %6d ms%n", what, (System.nanoTime() - start) / 1_000_000);
        return result;
    }

    @Test
    void all_of_them_are_in_the_backup_and_memory_stays_bounded() {
        assertThat(backup.items()).isGreaterThanOrEqualTo(FILES);
        String peak = Command.run("grep", "VmHWM", "/proc/" + APPLIANCE.get().pid() + "/status");
        System.out.println("ManyFilesIT: " + peak.replaceAll("\\s+", " "));
    }

    @Test
    void a_directory_is_listed_without_reading_the_others() {
        String path = "backups/" + backup.id() + "/files?source=" + source() + "&limit=1000&path=";
        JsonNode top = timed(
                "listing the root", () -> operator.rest().get(path).expect(200).json());
        JsonNode one = timed(
                "listing a directory of 500",
                () -> operator.rest().get(path + "directory-77").expect(200).json());

        assertThat(top.path("items")).hasSize(FILES / 500);
        assertThat(one.path("items")).hasSize(500);
    }

    private static String source() {
        return operator.rest()
                .get("backups/" + backup.id() + "/sources")
                .expect(200)
                .json()
                .path("items")
                .get(0)
                .path("name")
                .asText();
    }

    @Test
    void one_file_is_restored_without_the_others() throws IOException {
        Path target = APPLIANCE.scratch().directory("one");

        timed("restoring one file", () -> operator.restore(backup.id(), target, "/directory-123/file-61700"));

        assertThat(Files.readString(target.resolve("directory-123/file-61700"))).contains("61700");
        assertThat(target.resolve("directory-123/file-61701")).doesNotExist();
        timed("downloading one file", () -> operator.rest()
                .get("backups/" + backup.id() + "/content?source=" + source() + "&path=directory-5/file-2600")
                .expect(200));
    }

    @Test
    void the_second_backup_reads_what_changed_and_nothing_else() throws IOException {
        Path changed = Files.writeString(tree.resolve("directory-7/file-3500"), "changed");

        BackupView second = timed("second backup", () -> operator.backUp(instance, destination));

        assertThat(second.readBytes()).isLessThan(1 << 12);
        assertThat(second.newBytes()).isLessThan(1 << 12);
        assertThat(second.items()).isEqualTo(backup.items());
        Path target = APPLIANCE.scratch().directory("changed");
        operator.restore(second.id(), target, "/directory-7/file-3500");
        assertThat(target.resolve("directory-7/file-3500")).hasSameTextualContentAs(changed);
    }
}

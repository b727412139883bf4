package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.EventStream;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Reply;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job: two backups of a tree with every oddity, a day of changes between them. Each test looks at one side of it. */
class BackupAndRestoreIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Operator operator;
    private static Path tree;
    private static TreeImage before;
    private static TreeImage after;
    private static String destination;
    private static String instance;
    private static BackupView first;
    private static BackupView second;

    @BeforeAll
    static void given_two_backups_of_a_tree_that_changed_between_them() {
        operator = APPLIANCE.operator();
        tree = APPLIANCE.scratch().path("tree");
        SampleTree.odd(tree);
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        instance = operator.directory(tree);
        before = TreeImage.of(tree);
        first = operator.backUp(instance, destination);
        SampleTree.change(tree);
        after = TreeImage.of(tree);
        second = operator.backUp(instance, destination);
    }

    private Path restored(BackupView backup, String name, String... selection) {
        Path target = APPLIANCE.scratch().directory(name);
        operator.restore(backup.id(), target, selection);
        return target;
    }

    @Test
    void the_first_backup_restores_to_a_new_place_byte_by_byte_with_all_metadata() {
        assertThat(before.differencesTo(TreeImage.of(restored(first, "first")))).isEmpty();
    }

    @Test
    void the_second_backup_restores_to_a_new_place_byte_by_byte_with_all_metadata() {
        assertThat(after.differencesTo(TreeImage.of(restored(second, "second"))))
                .isEmpty();
    }

    @Test
    void the_second_backup_stores_only_what_changed() {
        assertThat(first.incremental()).isFalse();
        assertThat(first.newBytes()).isGreaterThan(5 << 20);
        assertThat(second.incremental()).isTrue();
        assertThat(second.newBytes()).isLessThan(1 << 16);
        assertThat(second.storedBytes()).isLessThan(1 << 18);
        assertThat(second.logicalBytes()).isGreaterThan(5 << 20);
    }

    /** Files that changed within the last minute are read again to be sure; those of the Java runtime are older. */
    @Test
    void another_backup_of_an_unchanged_tree_reads_nothing_but_its_description() {
        String old = operator.directory(Path.of(System.getProperty("java.home"), "bin"));
        BackupView before = operator.backUp(old, destination);

        BackupView again = operator.backUp(old, destination);

        assertThat(before.readBytes()).isGreaterThan(1 << 16);
        assertThat(again.readBytes()).isLessThan(1 << 12);
        assertThat(again.newBytes()).isLessThan(1 << 12);
    }

    @Test
    void both_backups_are_proven_and_say_when() {
        for (BackupView backup : List.of(first, second)) {
            operator.verify(backup.id()).finished();
            assertThat(operator.backup(backup.id()).verification()).isEqualTo("GOOD");
            assertThat(operator.backup(backup.id()).json().path("verified").asText())
                    .isNotEmpty();
        }
    }

    @Test
    void a_chosen_file_is_restored_without_the_others() throws IOException {
        Path target = restored(first, "chosen", "/deep/level-0/level-1");

        assertThat(Files.readString(target.resolve(deepest()))).isEqualTo("deep\n");
        assertThat(target.resolve("file")).doesNotExist();
    }

    private static String deepest() {
        StringBuilder path = new StringBuilder("deep");
        for (int i = 0; i < 40; i++) {
            path.append("/level-").append(i);
        }
        return path.append("/bottom").toString();
    }

    @Test
    void a_directory_is_browsed_page_by_page_and_every_name_leads_on() {
        List<JsonNode> entries = entriesOf(first, "/");

        assertThat(entries)
                .extracting(e -> e.path("name").asText())
                .contains("file", "hard link", "deep", "größe-漢字-🗄");
        JsonNode odd = entries.stream()
                .filter(e -> e.path("path").asText().contains("caf%E9"))
                .findFirst()
                .orElseThrow();
        assertThat(odd.path("size").asLong()).isEqualTo(3);
        assertThat(content(first, odd.path("path").asText(), Map.of())
                        .expect(200)
                        .body())
                .containsExactly(1, 2, 3);
    }

    private static List<JsonNode> entriesOf(BackupView backup, String path) {
        List<JsonNode> entries = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = operator.rest()
                    .get("backups/" + backup.id() + "/files?source=" + source(backup) + "&path=" + Rest.encode(path)
                            + "&limit=4" + (after.isEmpty() ? "" : "&after=" + Rest.encode(after)))
                    .expect(200)
                    .json();
            page.path("items").forEach(entries::add);
            after = page.path("next").asText();
        } while (!after.isEmpty());
        return entries;
    }

    private static String source(BackupView backup) {
        JsonNode sources = operator.rest()
                .get("backups/" + backup.id() + "/sources")
                .expect(200)
                .json();
        return Rest.encode(sources.path("items").get(0).path("name").asText());
    }

    private static Reply content(BackupView backup, String path, Map<String, String> headers) {
        return operator.rest()
                .get(
                        "backups/" + backup.id() + "/content?source=" + source(backup) + "&path=" + Rest.encode(path),
                        headers);
    }

    @Test
    void a_part_of_a_file_is_downloaded_by_its_range() throws IOException {
        byte[] whole = Files.readAllBytes(tree.resolve("large"));

        Reply part = content(second, "/large", Map.of("Range", "bytes=2000000-2000099"));

        part.expect(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 2000000-2000099/" + whole.length);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 2_000_000, 2_000_100));
        assertThat(content(second, "/large", Map.of()).expect(200).body()).isEqualTo(whole);
        content(second, "/large", Map.of("Range", "bytes=99000000-")).expect(416);
    }

    @Test
    void an_odd_name_cannot_write_into_the_headers_of_a_download() {
        Reply reply = content(first, "/quotes \" ' and%0Aa new line", Map.of()).expect(200);

        assertThat(reply.header("Content-Disposition")).contains("attachment").doesNotContain("\n");
        assertThat(reply.text()).isEqualTo("odd\n");
    }

    @Test
    void whoever_listens_to_events_sees_the_backup_go_by() {
        try (EventStream stream = operator.rest().events("events")) {
            Work work = operator.tryBackup(instance, destination).finished();

            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(stream.events())
                    .anySatisfy(event -> {
                        assertThat(event.name()).isEqualTo("workflow");
                        assertThat(event.data().toString()).contains(work.id()).contains("FINISHED");
                    }));
            assertThat(stream.events())
                    .anySatisfy(event -> assertThat(event.name()).isEqualTo("task"));
        }
    }

    @Test
    void the_workflows_of_an_instance_are_listed_newest_first_with_their_backups() {
        List<JsonNode> workflows = operator.rest().all("workflows?state=FINISHED&instance=" + instance);

        assertThat(workflows).extracting(w -> w.path("id").asText()).isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(workflows)
                .filteredOn(w -> w.path("type").asText().equals("BACKUP"))
                .extracting(w -> w.path("backupId").asText())
                .contains(first.id(), second.id());
    }

    @Test
    void the_log_of_a_task_says_what_was_done() {
        Work work = operator.tryBackup(instance, destination);

        assertThat(operator.logOf(work)).contains("INFO");
    }

    @Test
    void a_backup_of_an_empty_directory_is_a_backup() {
        String empty = operator.directory(APPLIANCE.scratch().directory("empty"));

        BackupView backup = operator.backUp(empty, destination);

        Path target = APPLIANCE.scratch().directory("restored empty");
        operator.restore(backup.id(), target);
        assertThat(TreeImage.of(target).size()).isEqualTo(1);
    }

    @Test
    void what_exists_is_left_alone_if_the_restore_says_so() throws IOException {
        Path target = APPLIANCE.scratch().directory("occupied");
        Files.writeString(target.resolve("file"), "mine");
        var body = Rest.object();
        body.putObject("settings").put("target", target.toString()).put("overwrite", "never");
        body.putArray("selection").add("/file");

        operator.await(operator.rest().post("backups/" + first.id() + "/restore", body));

        assertThat(Files.readString(target.resolve("file"))).isEqualTo("mine");
    }
}

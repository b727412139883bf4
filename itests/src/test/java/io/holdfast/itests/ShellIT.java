package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Ssh;
import io.holdfast.itests.harness.TreeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands as scripts use them, over SSH. */
class ShellIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Ssh shell;
    private static Path tree;
    private static String provider;

    @BeforeAll
    static void given_a_backup_that_was_made_by_commands_alone() {
        shell = APPLIANCE.get().shell();
        tree = APPLIANCE.scratch().path("tree");
        SampleTree.odd(tree);
        Path vault = APPLIANCE.scratch().directory("vault");
        provider = json("holdfast:provider-create --json filesystem files")
                .path("id")
                .asText();
        shell.run("holdfast:destination-create filesystem disk paths=" + vault).succeeded();
        shell.run("holdfast:instance-add files " + tree).succeeded();
        shell.run("holdfast:backup-run --destination disk " + tree).succeeded();
    }

    private static JsonNode json(String command) {
        String text = shell.run(command).succeeded().out();
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("'" + command + "' did not print JSON but\n" + text, e);
        }
    }

    @Test
    void what_there_is_is_listed_for_people() {
        assertThat(shell.run("holdfast:provider-list").succeeded().out()).contains("files");
        assertThat(shell.run("holdfast:destination-list").succeeded().out()).contains("disk");
        assertThat(shell.run("holdfast:instance-list").succeeded().out()).contains("tree");
        assertThat(shell.run("holdfast:backup-list").succeeded().out()).contains("SUCCESS");
        assertThat(shell.run("holdfast:workflow-list").succeeded().out()).contains("BACKUP", "FINISHED");
    }

    @Test
    void what_there_is_is_listed_for_programs_as_rest_gives_it() {
        JsonNode backup = json("holdfast:backup-list --json").path("items").get(0);

        JsonNode same = APPLIANCE
                .rest()
                .get("backups/" + backup.path("id").asText())
                .expect(200)
                .json();
        assertThat(backup.path("created")).isEqualTo(same.path("created"));
        assertThat(backup.path("stats").path("items"))
                .isEqualTo(same.path("stats").path("items"));
    }

    @Test
    void one_of_everything_is_shown() {
        assertThat(shell.run("holdfast:provider-show files").succeeded().out()).contains(provider);
        assertThat(shell.run("holdfast:destination-show disk").succeeded().out())
                .contains("disk");
        assertThat(shell.run("holdfast:backup-show latest").succeeded().out()).contains("SUCCESS");
        assertThat(shell.run("holdfast:status").succeeded().out()).contains("READY");
        assertThat(shell.run("holdfast:plugins").succeeded().out()).contains("filesystem");
    }

    @Test
    void a_backup_is_browsed() {
        assertThat(shell.run("holdfast:backup-browse latest").succeeded().out()).contains("hard link", "caf%E9");
        assertThat(json("holdfast:backup-browse --json latest deep")
                        .path("items")
                        .get(0)
                        .path("name")
                        .asText())
                .isEqualTo("level-0");
    }

    @Test
    void a_backup_is_proven_and_restored() {
        Path target = APPLIANCE.scratch().directory("restored");

        shell.run("holdfast:backup-verify latest").succeeded();
        shell.run("holdfast:restore --set target=" + target + " latest").succeeded();

        assertThat(TreeImage.of(tree).differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    void the_log_of_a_task_is_told() {
        String workflow = "";
        for (JsonNode one : json("holdfast:workflow-list --json").path("items")) {
            workflow =
                    one.path("type").asText().equals("BACKUP") ? one.path("id").asText() : workflow;
        }

        assertThat(shell.run("holdfast:task-log " + workflow).succeeded().out()).contains("EXPORT", "read ");
    }

    @Test
    void a_failure_is_one_line_and_an_exit_code() {
        Ssh.ShellReply reply = shell.run("holdfast:backup-show no-such-backup");

        assertThat(reply.status()).isEqualTo(1);
        assertThat(reply.err()).startsWith("Error: ").contains("no-such-backup").doesNotContain("Exception", "\tat ");
    }

    @Test
    void a_backup_of_what_is_gone_fails_with_its_exit_code() throws IOException {
        Path gone = APPLIANCE.scratch().directory("gone");
        shell.run("holdfast:instance-add files " + gone).succeeded();
        Files.delete(gone);

        assertThat(shell.run("holdfast:backup-run --destination disk " + gone).status())
                .isEqualTo(1);
    }

    @Test
    void a_wrong_password_and_an_unknown_user_are_not_let_in() {
        assertThat(APPLIANCE.get().shell("admin", "not the password").isLetIn()).isFalse();
        assertThat(APPLIANCE.get().shell("karaf", "karaf").isLetIn()).isFalse();
        assertThat(shell.isLetIn()).isTrue();
    }

    @Test
    void somebody_who_may_only_look_changes_nothing() {
        var user = Rest.object().put("name", "looker").put("password", "a long password");
        user.putArray("roles").add("viewer");
        APPLIANCE.rest().post("users", user).expect(201);
        Ssh viewer = APPLIANCE.get().shell("looker", "a long password");
        if (!viewer.isLetIn()) {
            return; // who may only look is kept out altogether: as good
        }

        assertThat(viewer.run("holdfast:provider-create filesystem theirs").status())
                .isEqualTo(1);
        assertThat(viewer.run("holdfast:destination-recovery-key disk").status())
                .isEqualTo(1);
        assertThat(viewer.run("system:shutdown -f").status()).isNotZero();
        assertThat(viewer.run("config:list").out()).doesNotContain("keystore");
        assertThat(APPLIANCE.get().isRunning()).isTrue();
    }

    @Test
    void the_recovery_key_is_shown_to_an_administrator() {
        String key =
                shell.run("holdfast:destination-recovery-key disk").succeeded().out();

        assertThat(key).containsPattern("[A-Z2-7]{5}-[A-Z2-7]{5}");
    }
}

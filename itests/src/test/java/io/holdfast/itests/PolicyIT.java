package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Ssh;
import io.holdfast.itests.harness.TreeImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Policies run by themselves: what they cover is backed up, what is found later is covered, and what is too much goes. */
class PolicyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension
    static final ApplianceExtension APPLIANCE =
            ApplianceExtension.installed(directory -> Appliance.unpackedIn(directory)
                    .configure("io.holdfast.core.scheduler", Map.of("look.seconds", "1", "retention.hours", "0")));

    private Operator operator;
    private Rest rest;
    private String name;
    private String destination;

    @BeforeEach
    void given_a_vault(TestInfo test) {
        operator = APPLIANCE.operator();
        rest = APPLIANCE.rest();
        name = test.getTestMethod().orElseThrow().getName();
        destination = operator.destination(APPLIANCE.scratch().directory("vault-" + name));
    }

    private Path tree(String suffix) {
        Path tree = APPLIANCE.scratch().directory("tree-" + name + "-" + suffix);
        SampleTree.random(tree.resolve("data"), 100_000, suffix.hashCode());
        return tree;
    }

    private ObjectNode policy() {
        ObjectNode policy =
                Rest.object().put("name", name).put("kind", "BACKUP").put("destinationId", destination);
        policy.putArray("include").addObject().put("name", "*tree-" + name + "-*");
        return policy;
    }

    private String create(ObjectNode policy) {
        return rest.post("policies", policy).expect(201).json().path("id").asText();
    }

    private JsonNode run(String policy) {
        String run = rest.post("policies/" + policy + "/run", Rest.object())
                .expect(202)
                .json()
                .path("id")
                .asText();
        String path = "policies/" + policy + "/runs/" + run;
        await("the end of the run")
                .atMost(PATIENCE)
                .until(() -> rest.get(path).expect(200).json().hasNonNull("ended"));
        return rest.get(path).expect(200).json();
    }

    private BackupView awaitBackup(String instance) {
        await("a backup that nobody asked for").atMost(PATIENCE).until(() -> !operator.backupsOf(instance)
                .isEmpty());
        return operator.backupsOf(instance).get(0);
    }

    @Test
    void what_a_policy_covers_is_backed_up_by_itself_and_so_is_what_is_found_later() {
        Path first = tree("first");
        String instance = operator.directory(first);
        ObjectNode policy = policy();
        policy.putArray("schedules").addObject().put("every", "PT10S");
        String id = create(policy);

        BackupView backup = awaitBackup(instance);
        Path target = APPLIANCE.scratch().directory("restored-" + name);
        operator.restore(backup.id(), target);
        assertThat(TreeImage.of(first).differencesTo(TreeImage.of(target))).isEmpty();

        awaitBackup(operator.directory(tree("later")));

        JsonNode shown = rest.get("policies/" + id).expect(200).json();
        assertThat(shown.path("runs").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(shown.path("nextDue").asText()).isNotEmpty();
        assertThat(rest.get("policies/" + id + "/preview").expect(200).json().path("next"))
                .hasSize(5);
        rest.delete("policies/" + id).expect(204);
        rest.get("policies/" + id).expect(404);
        assertThat(operator.backupsOf(instance)).extracting(BackupView::id).contains(backup.id());
    }

    @Test
    void a_run_tells_what_became_of_each_instance_and_retention_follows() {
        String kept = operator.directory(tree("kept"));
        String excluded = operator.directory(tree("not"));
        ObjectNode policy = policy();
        policy.putArray("exclude").addObject().put("name", "*-not");
        policy.putObject("retention").putObject("keep").put("last", 2);
        String id = create(policy);
        String other = operator.directory(APPLIANCE.scratch().directory("other-" + name));
        for (int i = 0; i < 3; i++) {
            operator.backUp(other, destination);
        }

        for (int i = 0; i < 4; i++) {
            JsonNode run = run(id);
            assertThat(run.path("items").findValuesAsText("state")).containsExactlyInAnyOrder("DONE", "SKIPPED");
            assertThat(run.path("items").findValuesAsText("reason")).containsExactly("EXCLUDED");
        }

        await("what is too much to go")
                .atMost(PATIENCE)
                .until(() -> operator.backupsOf(kept).size() == 2);
        assertThat(operator.backupsOf(excluded)).isEmpty();
        assertThat(operator.backupsOf(other))
                .as("what others have is left alone")
                .hasSize(3);
        operator.verifyAll(destination).finished();
    }

    @Test
    void policies_that_make_no_sense_are_refused_and_a_destination_in_use_stays() {
        rest.post("policies", policy().put("destinationId", "nowhere")).expect(404);
        ObjectNode cron = policy();
        cron.putArray("schedules").addObject().putArray("at").add("0 22 * * *");
        assertThat(rest.post("policies", cron).expect(422).json().path("detail").asText())
                .contains("schedule");
        create(policy());
        rest.post("policies", policy()).expect(409);
        assertThat(rest.delete("destinations/" + destination).expect(409).detail())
                .contains("policy '" + name + "'");
        Ssh shell = APPLIANCE.get().shell();
        for (String command : List.of("policy-list", "policy-preview " + name, "policy-show " + name)) {
            shell.run("holdfast:" + command).succeeded();
        }
    }

    @Test
    void a_policy_is_made_changed_run_and_removed_in_the_shell() {
        Ssh shell = APPLIANCE.get().shell();
        operator.directory(tree("one"));
        shell.run("holdfast:policy-create --destination vault-" + name + " --include \"name=*tree-" + name
                        + "-*\" --include \"label:env=prod\" --schedule \"at=22:00 days=MON-FRI zone=Europe/Berlin\""
                        + " --schedule every=12h --keep-daily 7 " + name)
                .succeeded();
        assertThat(shell.run("holdfast:policy-show " + name).succeeded().out())
                .contains("at=22:00 days=MON,TUE,WED,THU,FRI zone=Europe/Berlin", "every=PT12H", "label:env=prod");
        assertThat(shell.run("holdfast:policy-update --schedule \"\" --disable " + name)
                        .succeeded()
                        .out())
                .contains("enabled", "no")
                .doesNotContain("every=");

        shell.run("holdfast:policy-run --full " + name).succeeded();
        await("the backup").atMost(PATIENCE).until(() -> shell.run("holdfast:policy-runs " + name)
                .succeeded()
                .out()
                .contains("DONE"));

        shell.run("holdfast:policy-delete " + name).succeeded();
        assertThat(shell.run("holdfast:policy-list").succeeded().out()).doesNotContain(name);
    }
}

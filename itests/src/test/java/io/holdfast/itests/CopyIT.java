package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Command;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Further destinations, a replica and one with keys of its own: backups are copied there, the first one is gone, and everything comes back. */
@TestMethodOrder(OrderAnnotation.class)
class CopyIT {

    private static Scratch scratch;
    private static Path first;
    private static Path second;
    private static Path third;
    private static TreeImage before;
    private static TreeImage after;
    private static BackupView older;
    private static BackupView newer;
    private static Appliance appliance;
    private static Operator operator;
    private static String instance;
    private static String from;
    private static String to;
    private static String own;
    private static String recoveryKey;

    @BeforeAll
    static void given_two_backups_on_one_destination_and_a_replica_on_another() {
        scratch = Scratch.create();
        Path tree = scratch.path("tree");
        first = scratch.directory("first");
        second = scratch.directory("second");
        third = scratch.directory("third");
        SampleTree.odd(tree);
        before = TreeImage.of(tree);
        appliance = Appliance.unpackedIn(scratch.directory("appliance")).start();
        operator = appliance.operator();
        from = operator.destination(first);
        instance = operator.directory(tree);
        older = operator.backUp(instance, from);
        SampleTree.change(tree);
        after = TreeImage.of(tree);
        newer = operator.backUp(instance, from);
        recoveryKey = operator.recoveryKey(from);
        ObjectNode body = Operator.destinationBody("second site", second);
        body.set("attach", Rest.object().put("mode", "REPLICA").put("replicaOf", from));
        JsonNode made = operator.rest().post("destinations", body).expect(201).json();
        operator.await(made.path("workflow")).finished();
        to = made.path("destination").path("id").asText();
    }

    @AfterAll
    static void end() {
        if (appliance != null) {
            appliance.close();
        }
        scratch.close();
    }

    private static List<String> copies() {
        return operator.rest().all("backups?destination=" + to).stream()
                .map(b -> b.path("id").asText())
                .toList();
    }

    private static String copyOf(BackupView backup) {
        return copies().stream()
                .filter(id -> id.startsWith(backup.id().substring(0, 57)))
                .findFirst()
                .orElseThrow();
    }

    private static void copy(ObjectNode body) {
        operator.await(operator.rest().post("destinations/" + from + "/copy", body.put("to", to)))
                .finished();
    }

    @Test
    @Order(1)
    void the_newest_backup_is_copied_and_then_the_rest_by_the_shell() {
        copy(Rest.object().put("latest", 1));
        assertThat(copies()).containsExactly(copyOf(newer));

        String said = appliance
                .shell()
                .run("holdfast:destination-copy " + from + " " + to)
                .succeeded()
                .out();

        assertThat(said).contains("copied 1 backups").contains("1 were there already");
        assertThat(copies()).containsExactlyInAnyOrder(copyOf(older), copyOf(newer));
        operator.verifyAll(to).finished();
    }

    private static String copyWithOtherKeys(BackupView backup) {
        return operator.rest().all("backups?destination=" + own).stream()
                .map(b -> b.path("id").asText())
                .filter(id -> id.substring(33, 57).equals(backup.id().substring(33, 57)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(2)
    void a_destination_with_a_vault_of_its_own_gets_copies_that_are_written_anew() {
        own = operator.destination(third);
        assertThat(operator.recoveryKey(own)).isNotEqualTo(recoveryKey);

        Work done = operator.await(operator.rest()
                        .post("destinations/" + from + "/copy", Rest.object().put("to", own)))
                .finished();

        assertThat(done.result("way")).isEqualTo("REWRITTEN");
        assertThat(done.result("copied")).isEqualTo("2");
        assertThat(copyWithOtherKeys(older)).isNotEqualTo(older.id());
        String again = appliance
                .shell()
                .run("holdfast:destination-copy " + from + " " + own)
                .succeeded()
                .out();
        assertThat(again).contains("copied 0 backups").contains("2 were there already");
        operator.verifyAll(own).finished();
    }

    @Test
    @Order(3)
    void a_policy_copies_what_it_backs_up() {
        ObjectNode policy =
                Rest.object().put("name", "two sites").put("kind", "BACKUP").put("destinationId", from);
        policy.putArray("instances").add(instance);
        policy.putObject("copyTo").put("destinationId", to);
        String id = operator.rest()
                .post("policies", policy)
                .expect(201)
                .json()
                .path("id")
                .asText();

        operator.rest().post("policies/" + id + "/run", Rest.object()).expect(202);

        await("the copy").atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(copies())
                .hasSize(3));
    }

    @Test
    @Order(4)
    void all_are_restored_from_the_other_destinations_when_the_first_one_is_gone() {
        String copyOfOlder = copyOf(older);
        Scratch.delete(first);

        Path target = scratch.directory("restored");
        operator.restore(copyOfOlder, target).finished();
        assertThat(before.differencesTo(TreeImage.of(target))).isEmpty();
        Path another = scratch.directory("restored-newer");
        operator.restore(copyOf(newer), another).finished();
        assertThat(after.differencesTo(TreeImage.of(another))).isEmpty();
        Path withOtherKeys = scratch.directory("restored-with-other-keys");
        operator.restore(copyWithOtherKeys(older), withOtherKeys).finished();
        assertThat(before.differencesTo(TreeImage.of(withOtherKeys))).isEmpty();
    }

    @Test
    @Order(5)
    void the_replica_is_read_without_an_appliance() throws IOException {
        Path key = Files.writeString(scratch.path("recovery-key"), recoveryKey);
        Path target = scratch.directory("restored-offline");

        Command.Result result = Command.tryToRun(List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                appliance.home().resolve("bin/holdfast-vault").toString(),
                "restore",
                copyOf(older),
                "--path",
                second.toString(),
                "--recovery-key-file",
                key.toString(),
                "--target",
                target.toString()));

        assertThat(result.status()).as(result.output()).isZero();
        assertThat(before.differencesTo(TreeImage.of(target))).isEmpty();
    }

    @Test
    @Order(6)
    void a_new_appliance_takes_the_replica_over_with_the_recovery_key_of_the_first_vault() {
        String copyOfNewer = copyOf(newer);
        appliance.close();
        try (Appliance successor =
                Appliance.unpackedIn(scratch.directory("successor")).start()) {
            Operator heir = successor.operator();
            ObjectNode body = Operator.destinationBody("found", second);
            ((ObjectNode) body.path("settings")).put("adopt", "true");
            body.set("attach", Rest.object().put("mode", "ADOPT").put("recoveryKey", recoveryKey));
            JsonNode made = heir.rest().post("destinations", body).expect(201).json();
            heir.await(made.path("workflow")).finished();
            heir.rebuild(made.path("destination").path("id").asText());
            Path target = scratch.directory("restored-by-the-heir");

            ObjectNode restore = Rest.object().put("providerId", heir.files());
            restore.putObject("settings").put("target", target.toString());
            heir.await(heir.rest().post("backups/" + copyOfNewer + "/restore", restore))
                    .finished();

            assertThat(after.differencesTo(TreeImage.of(target))).isEmpty();
        }
    }
}

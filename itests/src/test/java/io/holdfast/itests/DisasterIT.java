package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.Scratch;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.itests.harness.Work;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The disaster drill: everything but the directory of the vault and the recovery key is gone. */
class DisasterIT {

    private static Scratch scratch;
    private static Path vault;
    private static String recoveryKey;
    private static TreeImage before;
    private static TreeImage after;
    private static Set<String> backups;
    private static Appliance successor;

    @BeforeAll
    static void given_a_vault_whose_appliance_and_source_are_gone() {
        scratch = Scratch.create();
        Path tree = scratch.path("tree");
        vault = scratch.directory("vault");
        SampleTree.odd(tree);
        before = TreeImage.of(tree);
        try (Appliance lost = Appliance.unpackedIn(scratch.directory("lost")).start()) {
            Operator operator = lost.operator();
            String destination = operator.destination(vault);
            String instance = operator.directory(tree);
            BackupView first = operator.backUp(instance, destination);
            SampleTree.change(tree);
            after = TreeImage.of(tree);
            BackupView second = operator.backUp(instance, destination);
            backups = Set.of(first.id(), second.id());
            recoveryKey = operator.recoveryKey(destination);
        }
        Scratch.delete(scratch.path("lost"));
        Scratch.delete(tree);
        successor = Appliance.unpackedIn(scratch.directory("successor")).start();
    }

    @AfterAll
    static void end() {
        if (successor != null) {
            successor.close();
        }
        scratch.close();
    }

    @Test
    void a_new_appliance_takes_the_vault_over_with_the_recovery_key_and_restores_everything() {
        Operator operator = successor.operator();
        String destination = whenAWrongKeyIsTriedItIsRefused(operator);

        operator.await(operator.rest().post("destinations/" + destination + "/attach", adopt(recoveryKey)))
                .finished();
        operator.rebuild(destination);

        List<String> found = operator.rest().all("backups?destination=" + destination).stream()
                .map(b -> b.path("id").asText())
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(backups);
        operator.verifyAll(destination).finished();
        thenBothAreRestored(operator, found);
    }

    private static String whenAWrongKeyIsTriedItIsRefused(Operator operator) {
        ObjectNode body = Operator.destinationBody("found", vault);
        ((ObjectNode) body.path("settings")).put("adopt", "true");
        body.set("attach", adopt(wrong(recoveryKey)));

        var reply = operator.rest().post("destinations", body).expect(201).json();
        Work refused = operator.await(reply.path("workflow")).failedWith("AUTHENTICATION");

        assertThat(refused.message()).containsIgnoringCase("recovery key").doesNotContain(recoveryKey);
        return reply.path("destination").path("id").asText();
    }

    private static ObjectNode adopt(String key) {
        return Rest.object().put("mode", "ADOPT").put("recoveryKey", key);
    }

    /** The key of some other vault: well-formed, but not this one's. */
    private static String wrong(String key) {
        try (Appliance other = Appliance.unpackedIn(scratch.directory("other")).start()) {
            Operator operator = other.operator();
            String foreign = operator.recoveryKey(operator.destination(scratch.directory("other-vault")));
            assertThat(foreign).isNotEqualTo(key);
            return foreign;
        }
    }

    private static void thenBothAreRestored(Operator operator, List<String> found) {
        String provider = operator.files();
        for (String id : found) {
            Path target = scratch.directory("restored-" + id.hashCode());
            ObjectNode body = Rest.object().put("providerId", provider);
            body.putObject("settings").put("target", target.toString());
            operator.await(operator.rest().post("backups/" + id + "/restore", body))
                    .finished();
            TreeImage restored = TreeImage.of(target);
            TreeImage expected = operator.backup(id).incremental() ? after : before;
            assertThat(expected.differencesTo(restored)).isEmpty();
        }
    }

    @Test
    void without_the_recovery_key_the_directory_is_not_taken_over_by_accident() {
        Operator operator = successor.operator();

        var reply = operator.rest().post("destinations", Operator.destinationBody("by accident", vault));

        String said = reply.status() == 201
                ? operator.await(reply.json().path("workflow"))
                        .inState("FAILED")
                        .message()
                : reply.expect(409).detail();
        assertThat(said).contains(vault.toString());
    }

    @Test
    void a_mistyped_recovery_key_is_recognised_as_one() {
        Operator operator = successor.operator();
        ObjectNode body = Operator.destinationBody("mistyped", vault);
        ((ObjectNode) body.path("settings")).put("adopt", "true");
        body.set("attach", adopt("ABCDE-FGHIJ"));

        var reply = operator.rest().post("destinations", body);

        String said = reply.status() == 201
                ? operator.await(reply.json().path("workflow"))
                        .inState("FAILED")
                        .message()
                : reply.detail();
        assertThat(said).containsIgnoringCase("recovery key");
    }
}

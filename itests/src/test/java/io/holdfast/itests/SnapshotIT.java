package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.KvmHost;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.Ssh;
import io.holdfast.itests.harness.Work;
import io.holdfast.testkit.lab.Lab;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots of a running guest that stay on its host: taken, listed, gone back to, deleted, kept by a rule. */
@Lab(KvmHost.NEEDED)
class SnapshotIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static KvmHost host;
    private static Operator operator;
    private static String guest;
    private static String instance;
    private static String destination;

    @BeforeAll
    static void given_a_guest() {
        host = KvmHost.ofLab();
        operator = APPLIANCE.operator();
        guest = "snap-" + System.nanoTime();
        String uuid = host.startGuest(guest);
        String provider = operator.provider("libvirt", "kvm", host.settings());
        instance = operator.discovered(provider, uuid);
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
    }

    @AfterAll
    static void end() {
        if (host != null) {
            host.close();
        }
    }

    private static String at(String below) {
        return "instances/" + instance + "/snapshots" + below;
    }

    private static String take(String name) {
        Work work = operator.await(operator.rest().post(at(""), Rest.object().put("name", name)))
                .finished();
        return work.result("snapshot");
    }

    private static List<JsonNode> listed() {
        List<JsonNode> items = new ArrayList<>();
        operator.rest().get(at("")).expect(200).json().path("items").forEach(items::add);
        return items;
    }

    private static List<String> ids() {
        return listed().stream().map(s -> s.path("id").asText()).toList();
    }

    private static Work revert(String id) {
        return operator.await(operator.rest()
                .post(at("/revert"), Rest.object().put("snapshotId", id).put("confirm", true)));
    }

    private static Work delete(String id) {
        return operator.await(operator.rest().delete(at("?snapshot=" + Rest.encode(id))));
    }

    @Test
    void a_guest_goes_back_and_the_next_backup_says_why_it_reads_everything() {
        host.write(guest, "/data/note", "before");
        BackupView full = operator.backUp(instance, destination);
        String id = take("before the \"upgrade\" 雪");
        JsonNode snapshot = listed().stream()
                .filter(s -> s.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(snapshot.path("name").asText()).isEqualTo("before the \"upgrade\" 雪");
        assertThat(snapshot.path("ours").asBoolean()).isTrue();
        assertThat(snapshot.path("current").asBoolean()).isTrue();
        assertThat(snapshot.path("consistency").asText()).isEqualTo("MEMORY");
        host.write(guest, "/data/note", "after");
        BackupView changed = operator.backUp(instance, destination);
        assertThat(changed.incremental())
                .as("a snapshot does not break the chain")
                .isTrue();

        operator.rest().post(at("/revert"), Rest.object().put("snapshotId", id)).expect(400);
        assertThat(host.read(guest, "/data/note")).isEqualTo("after");
        revert(id).finished();

        host.awaitGuest(guest);
        assertThat(host.read(guest, "/data/note")).isEqualTo("before");
        BackupView afterwards = operator.backUp(instance, destination);
        assertThat(afterwards.incremental()).isFalse();
        assertThat(afterwards.json().path("fullReadReason").asText()).isEqualTo("SNAPSHOT_REVERTED");
        assertThat(afterwards.newBytes()).as("what is stored already").isLessThan(full.newBytes() / 2);
        assertThat(operator.backUp(instance, destination).incremental()).isTrue();
        operator.verify(afterwards.id()).finished();

        delete(id).finished();
        assertThat(ids()).doesNotContain(id);
        assertThat(host.checkpoints(guest)).hasSize(1);
    }

    @Test
    void a_rule_keeps_the_newest_and_leaves_those_of_others_alone() {
        host.virsh("snapshot-create-as", guest, "by-hand");
        List<String> taken = Stream.of("one", "two", "three")
                .map(name -> {
                    awaitNextSecond(); // libvirt dates snapshots to the second, and of two in one second none is newer
                    return take(name);
                })
                .toList();
        ObjectNode body = Rest.object();
        body.putObject("rule").put("versions", 1);

        JsonNode preview =
                operator.rest().post(at("/retain/preview"), body).expect(200).json();
        assertThat(preview.path("items").findValuesAsText("keep")).containsExactly("true", "false", "false");
        Work work = operator.await(operator.rest().post(at("/retain"), body)).finished();

        assertThat(work.message()).contains("deleted 2 snapshots; kept 1, left 1 of others alone");
        assertThat(ids()).containsExactlyInAnyOrder("by-hand", taken.get(2));
        delete("by-hand").failedWith("CONFLICT");
        delete(taken.get(2)).finished();
        host.virsh("snapshot-delete", guest, "by-hand");
    }

    private static void awaitNextSecond() {
        long second = Instant.now().getEpochSecond();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Instant.now().getEpochSecond() > second);
    }

    @Test
    void the_same_in_the_shell() {
        Ssh shell = APPLIANCE.get().shell();
        shell.run("holdfast:snapshot-create --description why " + guest + " typed")
                .succeeded();
        assertThat(shell.run("holdfast:snapshot-list " + guest).succeeded().out())
                .contains("typed", "Holdfast", "MEMORY", "why");
        Ssh.ShellReply refused = shell.run("holdfast:snapshot-revert " + guest + " typed");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("--yes");
        assertThat(shell.run("holdfast:snapshot-retain --dry-run --versions 9 " + guest)
                        .succeeded()
                        .out())
                .contains("keep");
        shell.run("holdfast:snapshot-revert --yes " + guest + " typed").succeeded();
        shell.run("holdfast:snapshot-delete " + guest + " typed").succeeded();
        assertThat(shell.run("holdfast:snapshot-list " + guest).succeeded().out())
                .doesNotContain("typed");
    }

    @Test
    void a_provider_that_keeps_no_snapshots_says_so() {
        String files = operator.directory(APPLIANCE.scratch().directory("tree"));
        assertThat(operator.rest()
                        .get("instances/" + files + "/snapshots")
                        .expect(501)
                        .detail())
                .contains("filesystem", "keep no snapshots");
    }
}

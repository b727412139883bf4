package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.KvmHost;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.testkit.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Policies about machines of a KVM host: backups that are proven by booting, snapshots that are thinned out. */
@Lab(KvmHost.NEEDED)
class MachinePolicyIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static KvmHost host;
    private static Operator operator;
    private static String guest;
    private static String instance;

    @BeforeAll
    static void given_a_guest() {
        host = KvmHost.ofLab();
        operator = APPLIANCE.operator();
        guest = "policy-" + System.nanoTime();
        String uuid = host.startGuest(guest);
        String provider = operator.provider("libvirt", "kvm", host.settings());
        instance = operator.discovered(provider, uuid);
    }

    @AfterAll
    static void end() {
        if (host != null) {
            host.close();
        }
    }

    private static ObjectNode policy(String kind) {
        ObjectNode policy = Rest.object().put("name", kind).put("kind", kind);
        policy.putArray("include").addObject().put("name", "policy-*").put("kind", "machine");
        return policy;
    }

    private static String create(ObjectNode policy) {
        return operator.rest()
                .post("policies", policy)
                .expect(201)
                .json()
                .path("id")
                .asText();
    }

    /** Runs a policy; gives what became of the guest. */
    private static JsonNode run(String policy) {
        String run = operator.rest()
                .post("policies/" + policy + "/run", Rest.object())
                .expect(202)
                .json()
                .path("id")
                .asText();
        String path = "policies/" + policy + "/runs/" + run;
        await("the end of the run")
                .atMost(PATIENCE)
                .until(() -> operator.rest().get(path).expect(200).json().hasNonNull("ended"));
        for (JsonNode item : operator.rest().get(path).json().path("items")) {
            if (item.path("instanceId").asText().equals(instance)) {
                assertThat(item.path("state").asText()).as(item.toString()).isEqualTo("DONE");
                return item;
            }
        }
        throw new AssertionError("the policy did not cover " + guest);
    }

    @Test
    void a_backup_that_a_policy_makes_is_booted_in_isolation() {
        String destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        ObjectNode policy = policy("BACKUP").put("destinationId", destination);
        policy.putObject("proof").put("every", 2);
        String id = create(policy);

        JsonNode first = run(id);
        operator.await(operator.workflow(first.path("followUpId").asText())).finished();
        JsonNode second = run(id);

        assertThat(second.has("followUpId")).as("every second run is proven").isFalse();
        String backup = operator.workflow(first.path("workflowId").asText()).backupId();
        JsonNode boot = operator.rest().get("backups/" + backup).json().path("boot");
        assertThat(boot.path("good").asBoolean()).as(boot.toString()).isTrue();
        assertThat(operator.backupsOf(instance)).hasSize(2);
        assertThat(host.scratch()).isEmptyDirectory();
    }

    @Test
    void snapshots_that_a_policy_takes_are_thinned_out_and_those_of_others_stay() {
        host.virsh("snapshot-create-as", guest, "by-hand");
        ObjectNode policy = policy("SNAPSHOT");
        policy.putObject("retention").putObject("full").put("versions", 2);
        String id = create(policy);

        for (int i = 0; i < 3; i++) {
            JsonNode item = run(id);
            operator.await(operator.workflow(item.path("followUpId").asText())).finished();
        }

        List<JsonNode> kept = new ArrayList<>();
        operator.rest()
                .get("instances/" + instance + "/snapshots")
                .expect(200)
                .json()
                .path("items")
                .forEach(kept::add);
        assertThat(kept).hasSize(3);
        assertThat(kept).filteredOn(s -> s.path("ours").asBoolean()).hasSize(2);
    }
}

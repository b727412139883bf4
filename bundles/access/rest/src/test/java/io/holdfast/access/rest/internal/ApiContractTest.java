package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.holdfast.core.vault.RecoveryShare;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every operation of the served document is tried, and what goes in and comes out is checked against its schemas. */
class ApiContractTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RunningApplication running;
    private JsonNode document;
    private final Set<String> tried = new TreeSet<>();

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
        document =
                MAPPER.readTree(running.send(running.anonymous("openapi.json")).body());
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    @Test
    void everyDocumentedOperationAnswersAsItsSchemaSays() throws Exception {
        configuration();
        work();
        people();
        Set<String> documented = new TreeSet<>();
        document.path("paths").fields().forEachRemaining(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(verb -> documented.add(verb + " " + path.getKey())));
        documented.remove("get /events"); // endless; EventsTest
        assertThat(tried).isEqualTo(documented);
    }

    private void configuration() throws Exception {
        check("get", "/health", "health", null, 200);
        check("get", "/openapi.json", "openapi.json", null, 200);
        check("get", "/me", "me", null, 200);
        check("get", "/plugins", "plugins", null, 200);
        check("get", "/nodes", "nodes", null, 200);
        check("get", "/master-key", "master-key", null, 200);
        check("post", "/master-key/ways/{way}/test", "master-key/ways/hsm/test", null, 204);
        check("post", "/master-key/ways/{way}/move", "master-key/ways/hsm/move", null, 200);
        check("delete", "/master-key/ways/{way}", "master-key/ways/file", null, 204);
        check("get", "/providers", "providers", null, 200);
        String provider = "{\"type\":\"filesystem\",\"name\":\"more\",\"settings\":{\"url\":\"u\",\"password\":\"p\"}}";
        check("post", "/providers", "providers", provider, 201);
        check("get", "/providers/{id}", "providers/p2", null, 200);
        String changed = "{\"type\":\"filesystem\",\"name\":\"most\",\"settings\":{\"password\":{\"set\":true}}}";
        check("put", "/providers/{id}", "providers/p2", changed, 200);
        check("post", "/providers/{id}/inventory", "providers/p2/inventory", "{\"externalId\":\"/srv\"}", 202);
        check("delete", "/providers/{id}", "providers/p2", null, 204);
        check("get", "/destinations", "destinations", null, 200);
        String destination = "{\"type\":\"filesystem\",\"name\":\"vaults\",\"settings\":{\"paths\":[\"/v\"]},"
                + "\"attach\":{\"mode\":\"ADOPT\",\"recoveryKey\":\"K\"}}";
        check("post", "/destinations", "destinations", destination, 201);
        check("get", "/destinations/{id}", "destinations/d1", null, 200);
        check(
                "put",
                "/destinations/{id}",
                "destinations/d1",
                "{\"type\":\"filesystem\",\"name\":\"x\",\"immutableDays\":7}",
                200);
        check("delete", "/destinations/{id}", "destinations/d2", null, 204);
        check("post", "/destinations/{id}/attach", "destinations/d1/attach", "{\"mode\":\"CREATE\"}", 202);
        check("get", "/destinations/{id}/recovery-key", "destinations/d1/recovery-key", null, 200);
    }

    private void work() throws Exception {
        String rule = "{\"full\":{\"versions\":4},\"keep\":{\"last\":3,\"within\":\"P7D\"},\"zone\":\"Europe/Warsaw\"}";
        String share = RecoveryShare.of(new byte[6], 2, 3, 1, new byte[20]).print();
        String shares = "{\"threshold\":2,\"count\":3}";
        check("post", "/destinations/{id}/keys/shares", "destinations/d1/keys/shares", shares, 202);
        check("get", "/destinations/{id}/keys/kit", "destinations/d1/keys/kit?format=text", null, 200);
        check(
                "post",
                "/destinations/{id}/keys/kit",
                "destinations/d1/keys/kit",
                "{\"shares\":[\"" + share + "\"]}",
                200);
        check(
                "post",
                "/destinations/{id}/keys/rotate",
                "destinations/d1/keys/rotate",
                "{\"newRecoveryKey\":true}",
                202);
        check("get", "/destinations/{id}/keys/destroy", "destinations/d1/keys/destroy", null, 200);
        check("post", "/destinations/{id}/keys/destroy", "destinations/d1/keys/destroy", "{\"name\":\"x\"}", 202);
        check("post", "/destinations/{id}/verify", "destinations/d1/verify", "{\"slice\":1,\"slices\":7}", 202);
        check("post", "/destinations/{id}/copy", "destinations/d1/copy", "{\"to\":\"d2\",\"latest\":1}", 202);
        check("get", "/destinations/{id}/damage", "destinations/d1/damage", null, 200);
        check("post", "/destinations/{id}/prune", "destinations/d1/prune", "{\"rule\":" + rule + "}", 202);
        check("post", "/destinations/{id}/prune/preview", "destinations/d1/prune/preview", "{\"rule\":{}}", 200);
        check("post", "/destinations/{id}/rebuild", "destinations/d1/rebuild", null, 202);
        check("get", "/instances", "instances?provider=p1&name=dat", null, 200);
        check("get", "/instances/{id}", "instances/i1", null, 200);
        check("get", "/instances/{id}/changes", "instances/i1/changes?last=5", null, 200);
        check("put", "/instances/{id}/settings", "instances/i1/settings", "{\"settings\":{\"url\":5}}", 200);
        String backup = "{\"destinationId\":\"d1\",\"mode\":\"FULL\",\"priority\":70}";
        check("post", "/instances/{id}/backups", "instances/i1/backups", backup, 202);
        snapshots();
        policies();
        check("get", "/backups", "backups?instance=i1&destination=d1", null, 200);
        check("get", "/backups/{id}", "backups/b1", null, 200);
        check("get", "/backups/{id}/sources", "backups/b1/sources", null, 200);
        check("get", "/backups/{id}/files", "backups/b1/files?limit=2", null, 200);
        check("get", "/backups/{id}/content", "backups/b1/content?path=hello.txt", null, 200);
        check("get", "/backups/{id}/problems", "backups/b1/problems", null, 200);
        check("post", "/backups/{id}/verify", "backups/b1/verify", null, 202);
        String restore = "{\"settings\":{\"target\":\"/r\",\"overwrite\":\"never\"},\"selection\":[\"a%25/b\"]}";
        check("post", "/backups/{id}/restore", "backups/b1/restore", restore, 202);
        String instant = "{\"settings\":{\"name\":\"web-1\"}}";
        check("post", "/backups/{id}/instant-recovery", "backups/b1/instant-recovery", instant, 202);
        check("post", "/backups/{id}/boot-proof", "backups/b1/boot-proof", instant, 202);
        check("get", "/backups/{id}/proof/screenshot", "backups/b1/proof/screenshot", null, 200);
        check("delete", "/backups/{id}", "backups/b1", null, 202);
        check(
                "get",
                "/workflows",
                "workflows?state=QUEUED,RUNNING&type=VERIFY,BACKUP&instance=i1&destination=d1",
                null,
                200);
        check("get", "/workflows/{id}", "workflows/w1", null, 200);
        check("post", "/workflows/{id}/cancel", "workflows/w1/cancel", null, 202);
        check("post", "/workflows/{id}/end", "workflows/w1/end", "{\"mode\":\"MOVE\"}", 202);
        check("get", "/tasks/{id}/log", "tasks/w1-t1/log?after=1&limit=10", null, 200);
        check("delete", "/instances/{id}", "instances/i1", null, 204);
    }

    private void snapshots() throws Exception {
        String path = "/instances/{id}/snapshots";
        check("get", path, "instances/i1/snapshots", null, 200);
        String wanted = "{\"name\":\"before upgrade\",\"description\":\"why\",\"quiesce\":true}";
        check("post", path, "instances/i1/snapshots", wanted, 202);
        String back = "{\"snapshotId\":\"hf-1\",\"confirm\":true}";
        check("post", path + "/revert", "instances/i1/snapshots/revert", back, 202);
        check("delete", path, "instances/i1/snapshots?snapshot=hf-1", null, 202);
        String rule = "{\"rule\":{\"versions\":3,\"days\":7}}";
        check("post", path + "/retain", "instances/i1/snapshots/retain", rule, 202);
        check("post", path + "/retain/preview", "instances/i1/snapshots/retain/preview", rule, 200);
    }

    private void policies() throws Exception {
        String policy = "{\"name\":\"silver\",\"kind\":\"BACKUP\",\"destinationId\":\"d1\",\"priority\":10,"
                + "\"include\":[{\"name\":\"web-*\",\"labels\":{\"env\":\"prod\"}}],\"exclude\":[{\"kind\":\"share\"}],"
                + "\"schedules\":[{\"at\":[\"22:00\",\"06:30:15\"],\"daysOfWeek\":[\"MONDAY\"],\"daysOfMonth\":[1,-1],"
                + "\"months\":[1,12],\"zone\":\"Europe/Berlin\",\"window\":\"PT6H\",\"mode\":\"FULL\"},{\"every\":\"PT4H\"}],"
                + "\"retention\":{\"full\":{\"versions\":4}},"
                + "\"proof\":{\"every\":3,\"settings\":{\"mode\":\"fast\"}}}";
        check("post", "/policies", "policies", policy, 201);
        check("get", "/policies", "policies", null, 200);
        check("get", "/policies/{id}", "policies/o2", null, 200);
        check("put", "/policies/{id}", "policies/o2", "{\"name\":\"s\",\"kind\":\"SNAPSHOT\"}", 200);
        check("get", "/policies/{id}/preview", "policies/o1/preview", null, 200);
        check("post", "/policies/{id}/run", "policies/o1/run", "{\"mode\":\"FULL\"}", 202);
        check("get", "/policies/{id}/runs", "policies/o1/runs", null, 200);
        check("get", "/policies/{id}/runs/{run}", "policies/o1/runs/r1", null, 200);
        check("delete", "/policies/{id}", "policies/o2", null, 204);
    }

    private void people() throws Exception {
        check("get", "/users", "users?limit=2", null, 200);
        String user = "{\"name\":\"eve\",\"password\":\"a long password\",\"roles\":[\"viewer\"]}";
        check("post", "/users", "users", user, 201);
        check("put", "/users/{name}", "users/eve", "{\"roles\":[\"operator\"],\"active\":false}", 200);
        check("put", "/users/{name}/password", "users/eve/password", "{\"password\":\"another password\"}", 204);
        check("delete", "/users/{name}", "users/eve", null, 204);
        check("post", "/tokens", "tokens", "{\"description\":\"CI\",\"expires\":\"2030-01-01T00:00:00Z\"}", 201);
        check("get", "/tokens", "tokens", null, 200);
        check("get", "/approvals", "approvals", null, 200);
        check("get", "/approvals/{id}", "approvals/a1", null, 200);
        check("post", "/approvals/{id}/approve", "approvals/a1/approve", "{\"message\":\"seen\"}", 200);
        check("post", "/approvals/{id}/reject", "approvals/a1/reject", "{}", 200);
        check("delete", "/tokens/{id}", "tokens/t1", null, 204);
    }

    private void check(String verb, String path, String address, String body, int status) throws Exception {
        String at = verb + " " + path;
        tried.add(at);
        JsonNode operation = document.path("paths").path(path).path(verb);
        if (body != null) {
            JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
            assertThat(errors(schema, body)).as("request of " + at).isEmpty();
        }
        HttpResponse<String> answer = running.send(verb.toUpperCase(java.util.Locale.ROOT), address, body);
        assertThat(answer.statusCode()).as(at + ": " + answer.body()).isEqualTo(status);
        JsonNode documented = operation.path("responses").path(Integer.toString(status));
        assertThat(documented.isMissingNode()).as("status of " + at).isFalse();
        documented.path("headers").fieldNames().forEachRemaining(name -> assertThat(
                        answer.headers().firstValue(name))
                .as(name + " of " + at)
                .isPresent());
        JsonNode content = documented.path("content").path("application/json");
        if (!content.isMissingNode()) {
            assertThat(errors(content.path("schema"), answer.body()))
                    .as("answer of " + at + ": " + answer.body())
                    .isEmpty();
        }
        if (status == 204) {
            assertThat(answer.body()).isEmpty();
        }
    }

    private Set<ValidationMessage> errors(JsonNode schema, String json) throws Exception {
        assertThat(schema.isMissingNode()).isFalse();
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(whole)
                .validate(MAPPER.readTree(json), context -> context.getExecutionConfig()
                        .setFormatAssertionsEnabled(true));
    }

    @Test
    void problemsAnswerAsTheirSchemaSaysToo() throws Exception {
        HttpResponse<String> answer = running.get("providers/none");
        assertThat(answer.statusCode()).isEqualTo(404);
        JsonNode schema = document.at("/components/responses/Problem/content/application~1problem+json/schema");
        assertThat(errors(schema, answer.body())).isEmpty();
    }
}

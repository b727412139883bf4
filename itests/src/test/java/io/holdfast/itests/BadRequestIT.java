package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Reply;
import io.holdfast.itests.harness.Rest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that make no sense are answered with what is wrong with them, and change nothing. */
class BadRequestIT {

    private static final String NOBODYS_ID = "01JUNKNOWNUNKNOWNUNKNOWNUN";

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.standard();

    private static Rest rest;
    private static Operator operator;
    private static String destination;
    private static String instance;
    private static String backup;

    @BeforeAll
    static void given_one_of_everything() throws Exception {
        operator = APPLIANCE.operator();
        rest = operator.rest();
        Path tree = APPLIANCE.scratch().directory("tree");
        Files.writeString(tree.resolve("file"), "content");
        destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        instance = operator.directory(tree);
        backup = operator.backUp(instance, destination).id();
    }

    private static Reply problem(Reply reply, int status) {
        reply.expect(status);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.json().path("status").asInt()).isEqualTo(status);
        assertThat(reply.detail()).isNotBlank();
        assertThat(reply.text()).doesNotContain("Exception", "\tat ", "io.holdfast.core");
        return reply;
    }

    private static ObjectNode provider(String name) {
        ObjectNode body = Rest.object().put("type", "filesystem").put("name", name);
        body.putObject("settings");
        return body;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"type\":}", "[]", "\"text\"", "42", "null", "", "{} {}", "{\"name\":\"\\ud800\"}"})
    void a_body_that_is_no_json_object_is_refused(String body) {
        problem(rest.postText("providers", body), 400);
    }

    @Test
    void an_unknown_field_is_named() {
        assertThat(problem(rest.post("providers", provider("p").put("colour", "red")), 400)
                        .detail())
                .contains("colour");
    }

    @Test
    void a_value_of_a_wrong_type_is_named() {
        ObjectNode body = provider("p");
        body.putObject("name").put("is", "no object");

        assertThat(problem(rest.post("providers", body), 400).detail()).contains("name");
    }

    @Test
    void an_unknown_choice_is_told_what_there_is_to_choose() {
        ObjectNode body = Rest.object().put("destinationId", destination).put("mode", "SOMETIMES");

        assertThat(problem(rest.post("instances/" + instance + "/backups", body), 400)
                        .detail())
                .contains("AUTO", "FULL");
    }

    @Test
    void a_missing_name_is_refused() {
        ObjectNode body = Rest.object().put("type", "filesystem");

        Reply reply = rest.post("providers", body);

        assertThat(reply.status()).isIn(400, 422);
        assertThat(reply.detail()).contains("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "line\nbreak", "bell\u0007", "\u202Eleft", "nul\u0000"})
    void a_name_of_nothing_or_of_control_characters_is_refused(String name) {
        Reply reply = rest.post("providers", provider(name));

        assertThat(reply.status()).as(reply.text()).isIn(400, 422);
    }

    @Test
    void a_name_of_more_than_255_characters_is_refused() {
        assertThat(rest.post("providers", provider("x".repeat(256))).status()).isIn(400, 422);
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        rest.post("providers", provider("taken")).expect(201);

        problem(rest.post("providers", provider("taken")), 409);
    }

    @Test
    void a_provider_of_an_unknown_type_is_told_what_there_is() {
        Reply reply = rest.post("providers", provider("p").put("type", "floppy"));

        assertThat(problem(reply, 501).detail()).contains("floppy", "filesystem");
    }

    @Test
    void an_unknown_setting_is_named() {
        ObjectNode body = provider("p");
        ((ObjectNode) body.path("settings")).put("colour", "red");

        assertThat(problem(rest.post("providers", body), 422).detail()).contains("colour");
    }

    @ParameterizedTest
    @CsvSource({
        "offset=-1",
        "offset=ten",
        "offset=99999999999999999999",
        "limit=0",
        "limit=1001",
        "limit=-5",
        "limit=",
        "limit=1e3"
    })
    void a_page_out_of_range_is_refused(String query) {
        problem(rest.get("backups?" + query), 400);
    }

    @Test
    void a_page_behind_the_end_is_empty() {
        JsonNode page = rest.get("backups?offset=1000000&limit=10").expect(200).json();

        assertThat(page.path("items")).isEmpty();
        assertThat(page.path("total").asLong()).isPositive();
    }

    @Test
    void a_body_of_ten_megabytes_is_refused_and_the_next_request_is_answered() {
        byte[] huge = new byte[10 << 20];
        java.util.Arrays.fill(huge, (byte) ' ');

        // Refused before it is read, the connection may break while the client still writes: both are a refusal.
        try {
            problem(rest.send("POST", "providers", BodyPublishers.ofByteArray(huge), Map.of()), 413);
        } catch (java.io.UncheckedIOException e) {
            assertThat(e.getMessage()).contains("POST providers");
        }

        rest.get("me").expect(200);
    }

    @Test
    void a_body_of_two_megabytes_without_a_length_is_refused() {
        byte[] large = new byte[2 << 20];
        java.util.Arrays.fill(large, (byte) ' ');
        var body = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large));

        try {
            problem(rest.send("POST", "providers", body, Map.of()), 413);
        } catch (java.io.UncheckedIOException e) {
            assertThat(e.getMessage()).contains("POST providers");
        }

        rest.get("me").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"providers", "destinations", "instances", "backups", "workflows"})
    void an_id_that_nobody_has_is_named_with_its_kind(String kind) {
        String detail = problem(rest.get(kind + "/" + NOBODYS_ID), 404).detail();

        assertThat(detail).contains(NOBODYS_ID).contains(kind.substring(0, kind.length() - 1));
    }

    @Test
    void an_id_of_another_kind_is_not_found() {
        problem(rest.get("providers/" + destination), 404);
        problem(rest.get("backups/" + instance), 404);
        ObjectNode body = Rest.object().put("destinationId", instance);
        assertThat(rest.post("instances/" + instance + "/backups", body).status())
                .isIn(404, 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2F..%2Fetc%2Fpasswd", "%00", "'%20or%201=1", "%F0%9F%97%84"})
    void an_id_of_odd_characters_is_not_found(String id) {
        assertThat(rest.get("backups/" + id).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2e%2e", "a/../../b", "/a//b", "100%25zz%", "a%00b"})
    void a_path_that_leads_nowhere_or_outside_is_refused(String path) {
        Reply reply = rest.get("backups/" + backup + "/content?path=" + Rest.encode(path));

        assertThat(reply.status()).as(reply.text()).isIn(400, 404, 422);
    }

    @Test
    void nobody_is_served_without_a_login_except_health_and_the_description_of_the_interface() {
        Rest anonymous = APPLIANCE.get().anonymously();

        Reply refused = problem(anonymous.get("providers"), 401);
        assertThat(refused.headers().allValues("WWW-Authenticate")).isNotEmpty();
        problem(anonymous.get("no/such/thing"), 401);
        anonymous.get("health").expect(200);
        assertThat(anonymous
                        .get("openapi.json")
                        .expect(200)
                        .json()
                        .path("openapi")
                        .asText())
                .startsWith("3.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer holdfast_wrong",
                "Bearer ",
                "Bearer",
                "Basic",
                "Basic ????",
                "Basic OnBhc3N3b3Jk",
                "Negotiate abc",
                "nonsense"
            })
    void a_wrong_login_is_refused(String header) {
        problem(APPLIANCE.get().anonymously().withHeader(header).get("me"), 401);
    }

    @Test
    void a_wrong_password_and_an_unknown_user_are_refused_alike() {
        Rest anonymous = APPLIANCE.get().anonymously();

        Reply wrong = problem(anonymous.as("admin", "not the password").get("me"), 401);
        Reply unknown = problem(anonymous.as("nobody", "not the password").get("me"), 401);

        assertThat(wrong.detail()).isEqualTo(unknown.detail());
    }

    @Test
    void a_token_is_good_until_it_is_revoked() {
        JsonNode made = rest.post("tokens", Rest.object().put("description", "for a script"))
                .expect(201)
                .json();
        Rest script =
                APPLIANCE.get().anonymously().withToken(made.path("secret").asText());
        script.get("me").expect(200);

        assertThat(rest.delete("tokens/" + made.path("token").path("id").asText())
                        .status())
                .isIn(200, 204);

        problem(script.get("me"), 401);
        assertThat(rest.get("tokens").expect(200).text())
                .doesNotContain(made.path("secret").asText());
    }

    @Test
    void a_viewer_sees_but_changes_nothing() {
        ObjectNode user = Rest.object().put("name", "watcher").put("password", "a long password");
        user.putArray("roles").add("viewer");
        rest.post("users", user).expect(201);
        Rest viewer = APPLIANCE.get().anonymously().as("watcher", "a long password");

        viewer.get("backups").expect(200);
        problem(viewer.post("providers", provider("p")), 403);
        problem(viewer.delete("backups/" + backup), 403);
        problem(viewer.get("destinations/" + destination + "/recovery-key"), 403);
        problem(viewer.get("backups/" + backup + "/content?path=file"), 403);
    }

    @Test
    void a_method_that_is_not_possible_says_which_are() {
        Reply reply = problem(rest.put("backups/" + backup, Rest.object()), 405);

        assertThat(reply.header("Allow")).contains("GET");
    }

    @Test
    void a_body_that_is_not_called_json_is_refused() {
        problem(
                rest.send(
                        "POST",
                        "providers",
                        BodyPublishers.ofString("type=filesystem"),
                        Map.of("Content-Type", "application/x-www-form-urlencoded")),
                415);
    }

    @Test
    void what_is_in_use_is_not_deleted() {
        assertThat(rest.delete("destinations/" + destination).status()).isEqualTo(409);
        operator.backup(backup);
    }

    @Test
    void a_restore_to_nowhere_is_refused() {
        ObjectNode body = Rest.object();
        body.putObject("settings").put("target", "relative/path");

        Reply reply = rest.post("backups/" + backup + "/restore", body);

        if (reply.status() == 202) {
            operator.await(reply.json()).failedWith("INVALID_CONFIG");
        } else {
            problem(reply, 422);
        }
    }
}

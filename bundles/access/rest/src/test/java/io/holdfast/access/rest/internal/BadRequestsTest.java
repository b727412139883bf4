package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever somebody sends, the answer is a problem that says what is wrong, and the server goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PROVIDER = "{\"type\":\"filesystem\",\"name\":\"n\"}";

    private RunningApplication running;

    @BeforeAll
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterAll
    void stop() throws Exception {
        running.close();
    }

    @BeforeEach
    void well() {
        running.core.down = false;
        running.core.defect = null;
        running.core.workflows.refusal = null;
        running.core.accounts.locked = false;
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String kind) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problems.MEDIA_TYPE);
        JsonNode problem = MAPPER.readTree(answer.body());
        assertThat(problem.path("kind").asText()).isEqualTo(kind);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(answer.body()).doesNotContain("io.holdfast", "Exception", "\\tat ");
        return problem;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "",
                "null",
                "[]",
                "7",
                "{\"type\":\"filesystem\"}",
                "{\"type\":\"filesystem\",\"name\":\"n\",\"colour\":\"red\"}",
                "{\"type\":\"filesystem\",\"name\":\"n\",\"name\":\"m\"}",
                "{\"type\":\"filesystem\",\"name\":{}}",
                "{\"type\":\"filesystem\",\"name\":\"n\"} x",
                "{\"type\":\"filesystem\",\"name\":\"n\",\"settings\":{\"a\":{\"b\":1}}}",
                "{\"type\":\"filesystem\",\"name\":\"\\ud800\u0000"
            })
    void malformedBodiesAre400(String body) throws Exception {
        problem(running.send("POST", "providers", body), 400, "INVALID_REQUEST");
    }

    @Test
    void theProblemSaysWhereAndWhat() throws Exception {
        String body = "{\n  \"type\": \"filesystem\",\n  \"name\": \"n\",\n  \"colour\": 1\n}";
        JsonNode problem = problem(running.send("POST", "providers", body), 400, "INVALID_REQUEST");
        assertThat(problem.path("detail").asText()).contains("colour", "type, name, settings", "line ");
    }

    @Test
    void valuesThatMayBeSecretsAreNotRepeated() throws Exception {
        HttpResponse<String> answer = running.send("PUT", "users/viewer/password", "{\"password\":[\"hunter2\"]}");
        problem(answer, 400, "INVALID_REQUEST");
        assertThat(answer.body()).doesNotContain("hunter2").contains("password");
    }

    @Test
    void deepNestingIs400() throws Exception {
        String body =
                "{\"type\":\"t\",\"name\":\"n\",\"settings\":{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}}";
        problem(running.send("POST", "providers", body), 400, "INVALID_REQUEST");
    }

    @Test
    void settingsThatThePluginRefusesAre422() throws Exception {
        String body = "{\"type\":\"filesystem\",\"name\":\"n\",\"settings\":{\"bad\":\"x\"}}";
        problem(running.send("POST", "providers", body), 422, "INVALID_CONFIG");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_048_577, 10 * 1024 * 1024})
    void largeBodiesAre413(int size) throws Exception {
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) ' ');
        // who sends without asking may find the connection closed before the answer is read
        HttpRequest.Builder request = running.request("providers")
                .expectContinue(true)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        problem(running.send(request), 413, "TOO_LARGE");
    }

    @Test
    void aLargeBodyIsRefusedBeforeItIsSent() throws Exception {
        String answer = raw("POST /api/v1/providers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Authorization: " + RunningApplication.basic("admin", "admin-password")
                + "\r\nContent-Length: 10737418240\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("\r\nConnection: close\r\n");
    }

    @Test
    void anEndlessBodyOfSomebodyUnknownIsNotReadEither() throws Exception {
        String answer = raw("POST /api/v1/providers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000000\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 401");
    }

    @Test
    void aLargeBodyInChunksIsRefusedAsSoonAsItIsTooLarge() throws Exception {
        byte[] body = new byte[10 * 1024 * 1024];
        Arrays.fill(body, (byte) ' ');
        HttpRequest.Builder request = running.request("providers")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)));
        problem(running.send(request), 413, "TOO_LARGE");
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", running.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.UTF_8));
            out.flush();
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int b = in.read(); b >= 0 && head.indexOf("\r\n\r\n") < 0; b = in.read()) {
                head.append((char) b);
            }
            return head.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"})
    void otherContentTypesAre415(String type) throws Exception {
        HttpRequest.Builder request =
                running.request("providers").header("Content-Type", type).POST(BodyPublishers.ofString(PROVIDER));
        problem(running.send(request), 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void anAnswerThatNobodyCouldReadIs406() throws Exception {
        problem(running.send(running.request("providers").header("Accept", "text/html")), 406, "NOT_ACCEPTABLE");
    }

    @Test
    void otherMethodsAre405AndSayWhichAreAllowed() throws Exception {
        HttpResponse<String> answer = running.send("PATCH", "providers", PROVIDER);
        problem(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nowhere",
                "providers/none",
                "providers/b1",
                "backups/i1",
                "backups/b1/none",
                "tasks/x/log",
                "destinations/%2e%2e%2fetc",
                "backups/b1/content?path=none"
            })
    void whatIsNotThereIs404(String path) throws Exception {
        problem(running.get(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "providers?offset=-1",
                "providers?limit=0",
                "providers?limit=1001",
                "providers?limit=x",
                "providers?limit=",
                "providers?offset=99999999999999999999",
                "workflows?state=BUSY",
                "workflows?type=NAP",
                "workflows?type=VERIFY,",
                "workflows?type=verify",
                "tasks/x/log?after=-1",
                "backups?instanze=i1"
            })
    void pagesOutOfRangeAndMisspeltParametersAre400(String path) throws Exception {
        problem(running.get(path), 400, "INVALID_REQUEST");
    }

    @Test
    void aPageBehindTheEndIsEmpty() throws Exception {
        HttpResponse<String> answer = running.get("providers?offset=1000000");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"items\":[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/../b", "%25", "%25zz", "a%2500b"})
    void pathsThatAreNoneAre422(String path) throws Exception {
        problem(running.get("backups/b1/files?path=" + path), 422, "INVALID_CONFIG");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,users/admin/password,{\"password\":\"new password 12\"},422,INVALID_CONFIG",
        "POST,instances/i1/backups,'{\"destinationId\":\"d1\",\"priority\":101}',400,INVALID_REQUEST",
        "PUT,providers/p1,'{\"type\":\"other\",\"name\":\"n\"}',422,INVALID_CONFIG",
        "POST,destinations/d1/attach,{\"mode\":\"ADOPT\"},422,INVALID_CONFIG",
        "POST,destinations/d1/prune,'{\"rule\":{\"full\":{\"versions\":0}}}',422,INVALID_CONFIG",
        "POST,users,'{\"name\":\"a\",\"password\":\"a long password\",\"roles\":[\"king\"]}',422,INVALID_CONFIG",
        "DELETE,providers/p1,,409,CONFLICT",
    })
    void whatMakesNoSenseIsExplained(String method, String path, String body, int status, String kind)
            throws Exception {
        problem(running.send(method, path, body), status, kind);
    }

    @Test
    void failuresOfOurOwnGetANameAndNothingElseGetsOut() throws Exception {
        running.core.defect = new IllegalStateException("password=hunter2 at io.holdfast.Secret");
        JsonNode problem = problem(running.get("providers"), 500, "INTERNAL");
        assertThat(problem.path("instance").asText()).startsWith("urn:uuid:");
        assertThat(problem.toString()).doesNotContain("hunter2");
    }

    @Test
    void credentialsThatSomethingElseRefusedAreNotTheCallersLogin() throws Exception {
        running.core.workflows.refusal = new PluginException(ErrorKind.AUTHENTICATION, "the recovery key is mistyped");
        problem(
                running.send("POST", "destinations/d1/attach", "{\"mode\":\"ADOPT\",\"recoveryKey\":\"K\"}"),
                422,
                "AUTHENTICATION");
    }

    @Test
    void aDestinationWhoseVaultCannotBeMadeIsNotAdded() throws Exception {
        running.core.workflows.refusal = new PluginException(ErrorKind.CONFLICT, "not now");
        int before = running.core.estate.destinations.size();
        problem(running.send("POST", "destinations", "{\"type\":\"filesystem\",\"name\":\"z\"}"), 409, "CONFLICT");
        assertThat(running.core.estate.destinations).hasSize(before);
    }

    @Test
    void whileTheCatalogueIsMissingEverythingIs503ButHealthSaysWhatToDo() throws Exception {
        running.core.down = true;
        HttpResponse<String> answer = running.get("providers");
        assertThat(problem(answer, 503, "UNAVAILABLE").path("detail").asText()).contains("rebuild");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        HttpResponse<String> health = running.send(running.anonymous("health"));
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).contains("FAILED", "the catalogue is damaged");
    }
}

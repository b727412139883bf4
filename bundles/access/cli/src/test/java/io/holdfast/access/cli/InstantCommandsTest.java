package io.holdfast.access.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against answers as the REST interface gives them. */
class InstantCommandsTest {

    private static final String PAGE = "{\"total\":1,\"items\":[%s]}";
    private static final String MOUNT =
            "{\"id\":\"w1\",\"type\":\"INSTANT_RECOVERY\",\"state\":\"RUNNING\",\"backupId\":\"b1\","
                    + "\"tasks\":[{\"type\":\"MOUNT\",\"state\":\"RUNNING\",\"session\":%s,\"ending\":%s,\"progress\":{\"step\":\"%s\"}}]}";

    private final Map<String, List<String>> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final PrintStream before = System.out;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private HttpServer server;
    private Path directory;

    @BeforeEach
    void given_an_appliance(@TempDir Path temporary) throws Exception {
        directory = temporary;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/", this::answer);
        server.start();
        Files.writeString(directory.resolve("password"), "secret\n");
        certificate();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        answers("GET backups", String.format(PAGE, "{\"id\":\"b1\"}"));
    }

    @AfterEach
    void end() {
        System.setOut(before);
        server.stop(0);
    }

    private void certificate() throws Exception {
        String keytool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
        String store = directory.resolve("store").toString();
        String pem = directory.resolve("ca.pem").toString();
        for (List<String> more : List.of(
                List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=test"),
                List.of("-exportcert", "-rfc", "-file", pem))) {
            List<String> argv =
                    new ArrayList<>(List.of(keytool, "-keystore", store, "-storepass", "secret", "-alias", "a"));
            argv.addAll(more);
            Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor())
                    .as(new String(output, StandardCharsets.UTF_8))
                    .isZero();
        }
    }

    private void answers(String request, String... bodies) {
        answers.put(request, new CopyOnWriteArrayList<>(bodies));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " "
                + exchange.getRequestURI()
                        .toString()
                        .replaceFirst("/api/v1/", "")
                        .replaceFirst("[?&]offset=.*", "");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(request + (body.isEmpty() ? "" : " " + body));
        List<String> bodies = answers.getOrDefault(request, List.of());
        byte[] answer = (bodies.isEmpty()
                        ? "{\"detail\":\"nothing at " + request + "\"}"
                        : bodies.size() > 1 ? bodies.remove(0) : bodies.get(0))
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(bodies.isEmpty() ? 404 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of(
                "--url",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--ca",
                directory.resolve("ca.pem").toString(),
                "--password-file",
                directory.resolve("password").toString()));
        return Main.run(all.toArray(String[]::new));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private void proven(boolean good) {
        answers("POST backups/b1/boot-proof", "{\"id\":\"w1\"}");
        answers(
                "GET workflows/w1",
                "{\"id\":\"w1\",\"state\":\"RUNNING\",\"tasks\":[]}",
                "{\"id\":\"w1\",\"state\":\"" + (good ? "FINISHED" : "FINISHED_WITH_WARNINGS") + "\"}");
        answers(
                "GET backups/b1",
                "{\"id\":\"b1\",\"boot\":{\"good\":" + good
                        + ",\"message\":\"as it is\",\"console\":\"login:\",\"output\":\"looked\",\"screenshot\":"
                        + good + "}}");
        answers("GET backups/b1/proof/screenshot", "a picture");
    }

    @Test
    void the_latest_backup_is_taken_where_it_was_made() {
        String same = "0".repeat(32) + "." + "1".repeat(24);
        String one = "{\"id\":\"" + same + "%s\",\"destinationId\":\"%s\",\"recorded\":\"2026-01-01T00:00:00Z\"%s}";
        String copy = String.format(one, "0000000a", "d2", ",\"workflowId\":\"w9\"");
        for (String made : List.of("", ",\"workflowId\":\"w8\"")) {
            asked.clear();
            String page = copy + "," + String.format(one, "0000000b", "d1", made);
            answers("GET backups", String.format(PAGE, page).replace("\"total\":1", "\"total\":2"));
            run("boot-proof", "latest");
            assertThat(asked).anyMatch(request -> request.startsWith("POST backups/" + same + "0000000b/boot-proof"));
        }
    }

    @Test
    void a_proof_that_is_passed_is_told_with_its_picture() throws Exception {
        proven(true);
        Path picture = directory.resolve("screen.png");

        int code = run(
                "boot-proof",
                "latest",
                "--set",
                "tcpPorts=22",
                "--set",
                "tcpPorts=80=220 a",
                "--screenshot",
                picture + "");

        assertThat(code).isZero();
        assertThat(said()).contains("login:", "looked", "PASSED: as it is").doesNotContain("NOT PASSED");
        assertThat(Files.readString(picture)).isEqualTo("a picture");
        assertThat(asked)
                .contains("POST backups/b1/boot-proof {\"settings\":{\"tcpPorts\":[\"22\",\"80=220 a\"],"
                        + "\"screenshot\":\"true\"}}");
    }

    @Test
    void a_proof_that_is_not_passed_has_an_exit_code_of_its_own() {
        proven(false);

        assertThat(run("boot-proof", "b")).isEqualTo(3);
        assertThat(said()).contains("NOT PASSED: as it is");
        assertThat(run("boot-proof", "b", "--set", "nonsense")).isEqualTo(1);
        assertThat(run("boot-proof", "x")).isEqualTo(1);
    }

    @Test
    void an_instant_recovery_is_begun_listed_and_ended() {
        answers("POST backups/b1/instant-recovery", "{\"id\":\"w1\"}");
        answers("GET providers", String.format(PAGE, "{\"id\":\"p1\",\"name\":\"kvm 2\"}"));
        answers(
                "GET workflows/w1",
                String.format(MOUNT, false, false, "Opening the backup"),
                String.format(MOUNT, false, false, "Starting the instance"),
                String.format(MOUNT, true, false, "Machine web runs"),
                String.format(MOUNT, true, false, "Machine web runs"),
                String.format(MOUNT, true, true, "Machine web runs"),
                "{\"id\":\"w1\",\"state\":\"FINISHED\",\"message\":\"it was moved\"}");
        answers(
                "GET workflows?state=QUEUED,RUNNING&type=INSTANT_RECOVERY",
                String.format(PAGE, String.format(MOUNT, true, false, "Machine web runs")));
        answers("POST workflows/w1/end", "{\"id\":\"w1\"}");

        assertThat(run("instant-recovery", "start", "latest", "--provider", "kvm 2", "--set", "name=web"))
                .isZero();
        assertThat(said()).contains("Machine web runs", "instant-recovery end w1");
        assertThat(asked)
                .contains("POST backups/b1/instant-recovery {\"providerId\":\"p1\",\"settings\":{\"name\":[\"web\"]}}");

        assertThat(run("instant-recovery", "list")).isZero();
        assertThat(said()).contains("w1", "backup b1");

        assertThat(run("instant-recovery", "end", "w1", "--move")).isZero();
        assertThat(asked).contains("POST workflows/w1/end {\"mode\":\"MOVE\"}");
        assertThat(said()).contains("it was moved");
    }

    @Test
    void a_move_that_fails_is_told_and_the_instance_runs_on() {
        answers(
                "GET workflows/w1",
                String.format(MOUNT, true, false, "Machine web runs"),
                String.format(MOUNT, true, true, "Copying"),
                String.format(MOUNT, true, false, "Machine web runs; it could not be moved, see the log"));
        answers(
                "GET workflows?state=QUEUED,RUNNING&type=INSTANT_RECOVERY",
                String.format(PAGE, String.format(MOUNT, true, false, "Machine web runs")));
        answers("POST workflows/w1/end", "{\"id\":\"w1\"}");

        assertThat(run("instant-recovery", "end", "w1", "--move")).isEqualTo(1);
    }

    @Test
    void how_an_instant_recovery_ends_must_be_said() {
        assertThat(run("instant-recovery", "end", "w1")).isEqualTo(1);
        assertThat(run("instant-recovery", "end", "w1", "--move", "--discard")).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void snapshots_are_taken_listed_and_deleted_and_reverting_wants_a_yes() {
        answers("GET instances", String.format(PAGE, "{\"id\":\"i1\",\"name\":\"web\"}"));
        answers("POST instances/i1/snapshots", "{\"id\":\"w1\"}");
        answers("GET workflows/w1", "{\"id\":\"w1\",\"state\":\"FINISHED\",\"message\":\"done\"}");
        answers("GET instances/i1/snapshots", "{\"items\":[{\"id\":\"s 1\",\"name\":\"before\",\"ours\":true}]}");
        answers("POST instances/i1/snapshots/revert", "{\"id\":\"w1\"}");
        answers("DELETE instances/i1/snapshots?snapshot=s%201", "{\"id\":\"w1\"}");

        assertThat(run("snapshot", "create", "web", "before", "--quiesce")).isZero();
        assertThat(run("snapshot", "list", "web")).isZero();
        assertThat(said()).contains("done", "s 1", "Holdfast", "before");
        assertThat(run("snapshot", "revert", "web", "before")).isEqualTo(1);
        assertThat(run("snapshot", "revert", "web", "before", "--yes")).isZero();
        assertThat(run("snapshot", "delete", "web", "before")).isZero();
        assertThat(asked)
                .contains(
                        "POST instances/i1/snapshots {\"name\":\"before\",\"description\":\"\",\"quiesce\":true}",
                        "POST instances/i1/snapshots/revert {\"confirm\":true,\"snapshotId\":\"s 1\"}",
                        "DELETE instances/i1/snapshots?snapshot=s%201");
    }
}

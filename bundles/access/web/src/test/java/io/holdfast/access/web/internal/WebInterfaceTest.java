package io.holdfast.access.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebInterfaceTest {

    private final Site site = new Site(files(), "/ui/static/");
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final HttpClient client = HttpClient.newHttpClient();

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("index.html", bytes("<script type=module src={{static}}/main.js></script>"));
        files.put("main.js", bytes("export {};"));
        files.put("pages/one.js", bytes("// one"));
        files.put("style.css", bytes("a {}"));
        return files;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new WebInterface(() -> site)), "/ui/*");
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String file(String name) {
        return "/ui/static/" + site.digest() + "/" + name;
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void anAddressWithoutItsLastSlashLeadsToThePage() throws Exception {
        HttpResponse<String> answer = send("GET", "/ui");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(header(answer, "Location")).isEqualTo("/ui/");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/ui/", "/ui/backups/0a.1b", "/ui/no/such/page", "/ui/index.html", "/ui/main.js", "/ui/static"})
    void everyAddressThatIsNoFilesGetsThePageWhichBrowsersAskForAnew(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(file("main.js")).doesNotContain("{{");
        assertThat(header(answer, "Content-Type")).matches("text/html; ?charset=utf-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
        HttpResponse<String> again = send("GET", path, "If-None-Match", header(answer, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void filesAreKeptByBrowsersForEver() throws Exception {
        HttpResponse<String> answer = send("GET", file("pages/one.js"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("// one");
        assertThat(header(answer, "Content-Type")).matches("text/javascript; ?charset=utf-8");
        assertThat(header(answer, "Cache-Control")).contains("max-age=31536000", "immutable");
        String tag = header(answer, "ETag");
        assertThat(tag).matches("\"[0-9a-f]{20}\"");
        assertThat(send("GET", file("pages/one.js"), "If-None-Match", "\"other\", W/" + tag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(send("GET", file("pages/one.js"), "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void headSaysWhatGetWouldWithoutTheContent() throws Exception {
        for (String path : new String[] {"/ui/", file("style.css")}) {
            HttpResponse<String> get = send("GET", path);
            HttpResponse<String> head = send("HEAD", path);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            for (String name : new String[] {"ETag", "Content-Type", "Content-Length", "Cache-Control"}) {
                assertThat(header(head, name)).as(name).isNotEmpty().isEqualTo(header(get, name));
            }
        }
    }

    @Test
    void filesOfAnotherVersionAreNotMixedIn() throws Exception {
        HttpResponse<String> answer = send("GET", "/ui/static/00000000000000000000/main.js");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("Load the page again");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
        Map<String, byte[]> changed = files();
        changed.put("style.css", bytes("b {}"));
        assertThat(new Site(changed, "/ui/static/").digest()).isNotEqualTo(site.digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../etc/passwd",
                "..%2f..%2fetc%2fpasswd",
                "%2e%2e/index.html",
                "pages/../main.js",
                "pages/..%5cmain.js",
                "/etc/passwd",
                "./main.js",
                "pages/",
                "",
                "main.js%00.css",
                "index.html"
            })
    void nothingButTheFilesIsReached(String name) throws Exception {
        String answer = raw("GET " + file(name) + " HTTP/1.0\r\n\r\n");

        assertThat(answer).doesNotContain("root:").doesNotContain("{{static}}");
        boolean file = answer.startsWith("HTTP/1.1 200") && answer.contains("export {};");
        // what the server has made a plain name of is one
        assertThat(file).isEqualTo(name.equals("pages/../main.js") || name.equals("./main.js"));
    }

    /** Without a client that tidies addresses up. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(bytes(request));
            out.flush();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyAnswerKeepsForeignThingsOut() throws Exception {
        for (String path : new String[] {"/ui", "/ui/", file("main.js"), "/ui/static/x/y"}) {
            HttpResponse<String> answer = send("GET", path);
            assertThat(header(answer, "Content-Security-Policy"))
                    .startsWith("default-src 'self';")
                    .contains("frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(answer, "X-Frame-Options")).isEqualTo("DENY");
            assertThat(header(answer, "Set-Cookie")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "TRACE"})
    void nothingCanBeSent(String method) throws Exception {
        for (String path : new String[] {"/ui", "/ui/", file("main.js")}) {
            assertThat(raw(method + " " + path
                            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: secret\r\n\r\n"))
                    .startsWith("HTTP/1.1 405")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aBundleWithoutItsFilesSaysSo() {
        assertThatThrownBy(() -> new Site(Map.of(), "/ui/static/"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index.html");
    }
}

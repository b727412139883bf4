package io.holdfast.itests.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Somebody who speaks to the REST interface, trusting the certificate authority of the appliance and no other. */
public final class Rest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 1000;

    private final URI base;
    private final HttpClient http;
    private final @Nullable String authorization;

    private Rest(URI base, HttpClient http, @Nullable String authorization) {
        this.base = base;
        this.http = http;
        this.authorization = authorization;
    }

    /** Nobody in particular, asking the appliance on that port. */
    static Rest of(int port, Path authority) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(authority))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        return new Rest(URI.create("https://127.0.0.1:" + port + "/api/v1/"), http, null);
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "appliance", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same, logged in with a password. */
    public Rest as(String user, String password) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return withHeader("Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    /** The same, logged in with a token. */
    public Rest withToken(String token) {
        return withHeader("Bearer " + token);
    }

    /** The same, with that header Authorization; none if null. */
    public Rest withHeader(@Nullable String value) {
        return new Rest(base, http, value);
    }

    /** An empty JSON object, to be filled. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Text as part of a query, or as one segment of a path. */
    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public Reply get(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    /** GET with further headers. */
    public Reply get(String path, Map<String, String> headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Reply post(String path, JsonNode body) {
        return send("POST", path, json(body), Map.of());
    }

    /** POST with a body that need not be JSON, although it is called so. */
    public Reply postText(String path, String body) {
        return send("POST", path, BodyPublishers.ofString(body), Map.of());
    }

    public Reply put(String path, JsonNode body) {
        return send("PUT", path, json(body), Map.of());
    }

    public Reply delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody(), Map.of());
    }

    private static BodyPublisher json(JsonNode body) {
        try {
            return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All records of a list, page by page. */
    public List<JsonNode> all(String path) {
        List<JsonNode> items = new ArrayList<>();
        String separator = path.contains("?") ? "&" : "?";
        while (true) {
            JsonNode page = get(path + separator + "offset=" + items.size() + "&limit=" + PAGE)
                    .expect(200)
                    .json();
            page.path("items").forEach(items::add);
            if (page.path("items").isEmpty()
                    || items.size() >= page.path("total").asLong()) {
                return items;
            }
        }
    }

    /** Sends any request. */
    public Reply send(String method, String path, BodyPublisher body, Map<String, String> headers) {
        try {
            HttpResponse<byte[]> response = http.send(request(method, path, body, headers), BodyHandlers.ofByteArray());
            return new Reply(method + " " + path, response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Begins to listen to server-sent events. */
    public EventStream events(String path) {
        return EventStream.open(
                http, request("GET", path, BodyPublishers.noBody(), Map.of("Accept", "text/event-stream")));
    }

    private HttpRequest request(String method, String path, BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Accept", headers.getOrDefault("Accept", "application/json, application/problem+json, */*"))
                .method(method, body);
        if (body.contentLength() != 0) {
            request.header("Content-Type", headers.getOrDefault("Content-Type", "application/json"));
        }
        headers.forEach((name, value) -> {
            if (!name.equals("Accept") && !name.equals("Content-Type")) {
                request.header(name, value);
            }
        });
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }
}

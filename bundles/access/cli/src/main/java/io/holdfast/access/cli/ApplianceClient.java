package io.holdfast.access.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Speaks the REST interface, version 1. Trusts the certificate authority of the appliance and nothing else. */
final class ApplianceClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final HttpClient http;
    private final String authorization;

    /**
     * @param url where the appliance listens, such as {@code https://127.0.0.1:8443}
     * @param authority file with the certificate of the appliance's own authority, PEM
     * @param user who logs in
     * @param password with what
     */
    ApplianceClient(URI url, Path authority, String user, String password) {
        this.base = url.resolve("/api/v1/");
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        this.http = HttpClient.newBuilder()
                .sslContext(trusting(authority))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
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
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "cannot read the appliance's certificate authority at " + authority
                            + "; is the appliance running? ('holdfast up')",
                    e);
        }
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String write(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return exchange("GET", path, null);
    }

    JsonNode post(String path, JsonNode body) {
        return exchange("POST", path, body);
    }

    JsonNode delete(String path) {
        return exchange("DELETE", path, null);
    }

    /** Something that is no JSON, such as a picture. */
    byte[] bytes(String path) {
        return send("GET", path, null);
    }

    private JsonNode exchange(String method, String path, @Nullable JsonNode body) {
        byte[] answer = send(method, path, body);
        try {
            return answer.length == 0 ? object() : JSON.readTree(answer);
        } catch (IOException e) {
            throw notUnderstood(e);
        }
    }

    private CommandException notUnderstood(IOException e) {
        return new CommandException(
                ExitCode.UNREACHABLE, "what answers at " + base + " is no appliance: " + reason(e), e);
    }

    private byte[] send(String method, String path, @Nullable JsonNode body) {
        BodyPublisher publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(write(body));
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json, image/png")
                .method(method, publisher)
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() >= 400) {
                throw failure(method, path, response.statusCode(), problem(response.body()));
            }
            return response.body();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the appliance at " + base + " does not answer (" + reason(e) + "); start it with 'holdfast up'",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private JsonNode problem(byte[] body) {
        try {
            return body.length == 0 ? object() : JSON.readTree(body);
        } catch (IOException e) {
            throw notUnderstood(e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static CommandException failure(String method, String path, int status, JsonNode problem) {
        String detail = problem.path("detail").asText(problem.path("title").asText("no explanation given"));
        ExitCode code = status == 401 ? ExitCode.AUTHENTICATION : ExitCode.FAILED;
        return new CommandException(code, detail + " [" + status + " from " + method + " " + path + "]");
    }
}

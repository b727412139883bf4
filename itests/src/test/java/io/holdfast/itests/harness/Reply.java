package io.holdfast.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/**
 * An answer of the REST interface.
 *
 * @param request what was asked, for messages
 * @param status HTTP status
 * @param headers HTTP headers
 * @param body the bytes
 */
public record Reply(String request, int status, HttpHeaders headers, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** This answer, which must have that status. */
    public Reply expect(int expected) {
        if (status != expected) {
            throw new AssertionError(
                    request + " was answered with " + status + " instead of " + expected + ": " + text());
        }
        return this;
    }

    /** The body as JSON. */
    public JsonNode json() {
        try {
            return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError(request + " was answered with " + status + " and no JSON: " + text(), e);
        }
    }

    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The value of a header, empty if it is missing. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** What a problem says to people. */
    public String detail() {
        return json().path("detail").asText();
    }
}

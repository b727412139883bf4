package io.holdfast.access.rest.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.access.model.Json;
import io.holdfast.access.model.ProblemDto;
import io.holdfast.access.model.Texts;
import io.holdfast.core.catalog.CatalogException;
import io.holdfast.core.security.TooManyAttemptsException;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code application/problem+json} of every failure. What is the caller's fault is explained; what is ours gets a
 * name under which the log tells more, and nothing else leaves the server.
 */
final class Problems {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Statuses that JAX-RS itself answers with, and what we call them. */
    private static final Map<Integer, String> HTTP_KINDS = Map.of(
            400, "INVALID_REQUEST",
            401, "AUTHENTICATION",
            403, "PERMISSION",
            404, "NOT_FOUND",
            405, "METHOD_NOT_ALLOWED",
            406, "NOT_ACCEPTABLE",
            412, "PRECONDITION_FAILED",
            413, "TOO_LARGE",
            415, "UNSUPPORTED_MEDIA_TYPE",
            416, "RANGE_NOT_SATISFIABLE");

    private final Logger log = LoggerFactory.getLogger(Problems.class);
    private final Json json;

    Problems(Json json) {
        this.json = json;
    }

    /** The answer to a failure. */
    Response of(Throwable failure) {
        if (failure instanceof ProblemException e) {
            return e.getResponse();
        } else if (failure instanceof TooManyAttemptsException e) {
            return tooManyAttempts(e);
        } else if (failure instanceof PluginException e) {
            return ofKind(e.kind(), e);
        } else if (failure instanceof CatalogException e) {
            return ofKind(e.kind(), e);
        } else if (failure instanceof WebApplicationException e
                && e.getResponse().getStatus() < 500) {
            return ofHttp(e);
        }
        Throwable cause = failure.getCause();
        if (cause instanceof PluginException
                || cause instanceof CatalogException
                || cause instanceof ProblemException) {
            return of(cause);
        }
        return internal(failure);
    }

    /** A failure of that kind; what it says is for the caller. */
    private Response ofKind(ErrorKind kind, Exception failure) {
        if (kind == ErrorKind.INTERNAL) {
            return internal(failure);
        }
        // Whoever gets this far has logged in: 401 would say that the caller's own login is at fault.
        int status = kind == ErrorKind.AUTHENTICATION ? UNPROCESSABLE : kind.httpStatus();
        if (status >= 500) {
            log.warn("A request failed: {}", Texts.messageOf(failure), failure);
        }
        Response.ResponseBuilder answer = builder(status, kind.name(), Texts.messageOf(failure), null);
        if (kind == ErrorKind.UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, 5);
        }
        return answer.build();
    }

    private Response ofHttp(WebApplicationException failure) {
        Response original = failure.getResponse();
        int status = original.getStatus();
        String kind = HTTP_KINDS.getOrDefault(status, "INVALID_REQUEST");
        Response.ResponseBuilder answer = builder(status, kind, explain(status), null);
        String allow = original.getHeaderString(HttpHeaders.ALLOW);
        if (allow != null) {
            answer.header(HttpHeaders.ALLOW, allow);
        }
        return answer.build();
    }

    private static String explain(int status) {
        return switch (status) {
            case 404 -> "there is nothing at this address; /api/v1/openapi.json lists what there is";
            case 405 -> "this method is not possible here; the header Allow lists those that are";
            case 406 -> "the answer cannot be given in any of the accepted media types; accept application/json";
            case 415 -> "the body must be sent with Content-Type: application/json";
            default -> "the request cannot be understood";
        };
    }

    private Response internal(Throwable failure) {
        String name = UUID.randomUUID().toString();
        log.error("Request failed, see instance {}", name, failure);
        return builder(
                        500,
                        ErrorKind.INTERNAL.name(),
                        "an unexpected error; the server's log tells more under " + name,
                        "urn:uuid:" + name)
                .build();
    }

    private Response tooManyAttempts(TooManyAttemptsException e) {
        return builder(TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS", Texts.messageOf(e), null)
                .header(HttpHeaders.RETRY_AFTER, Math.max(1, e.retryAfter().toSeconds()))
                .build();
    }

    /** A failure of our own making. */
    ProblemException exception(int status, String detail) {
        return new ProblemException(response(status, detail).build(), detail);
    }

    /** The answer of that status, for further headers. */
    Response.ResponseBuilder response(int status, String detail) {
        return builder(status, Objects.requireNonNull(HTTP_KINDS.get(status)), detail, null);
    }

    private Response.ResponseBuilder builder(int status, String kind, String detail, @Nullable String instance) {
        String name = kind.toLowerCase(Locale.ROOT).replace('_', '-');
        String title =
                kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
        ProblemDto problem = new ProblemDto("urn:holdfast:problem:" + name, title, status, detail, kind, instance);
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(json.text(problem).getBytes(UTF_8));
    }

    /** A 400: the request itself makes no sense. */
    ProblemException invalid(String detail) {
        return exception(400, detail);
    }
}

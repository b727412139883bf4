package io.holdfast.access.rest.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import javax.annotation.Priority;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.ext.Provider;
import org.apache.cxf.io.DelegatingInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses bodies that are too large (announced ones at once, others as soon as the limit is passed) or are no JSON.
 *
 * <p>Comes first, and puts its own stream in front of every body. CXF reads what is left of a body before it answers, up to
 * 16 MiB, and so would wait for what an attacker never sends: ours ends as soon as there is an answer.
 */
@Provider
@PreMatching
@Priority(BodyFilter.PRIORITY)
final class BodyFilter implements ContainerRequestFilter, ContainerResponseFilter {

    static final int PRIORITY = 100;

    private static final int TOO_LARGE = 413;

    /** The largest body, in bytes. */
    static final int LIMIT = 1 << 20;

    private static final Pattern JSON = Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private static final String BODY = Limited.class.getName();

    private final Problems problems;

    BodyFilter(Problems problems) {
        this.problems = problems;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        InputStream body = context.getEntityStream();
        if (body != null) {
            context.setProperty(BODY, limit(context, body));
        }
        long length = announced(context.getHeaderString(HttpHeaders.CONTENT_LENGTH));
        if (length > LIMIT) {
            throw tooLarge();
        }
        boolean present = length > 0 || context.getHeaderString("Transfer-Encoding") != null;
        String type = context.getHeaderString(HttpHeaders.CONTENT_TYPE);
        if (present && (type == null || !JSON.matcher(type.trim()).matches())) {
            throw problems.exception(415, "the body must be sent with Content-Type: application/json");
        }
        if (type == null) {
            // nothing was sent, which is as good as an empty object where every field may be left out
            context.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
        }
    }

    @Override
    public void filter(ContainerRequestContext context, ContainerResponseContext response) {
        if (context.getProperty(BODY) instanceof Limited body) {
            if (response.getStatus() == TOO_LARGE) {
                // the server closes a connection whose body it has not read; a client that is not told would use it
                // again
                response.getHeaders().putSingle("Connection", "close");
            }
            body.end();
        }
    }

    private Limited limit(ContainerRequestContext context, InputStream body) {
        if (body instanceof DelegatingInputStream outer) {
            Limited limited = new Limited(outer.getInputStream());
            outer.setInputStream(limited);
            return limited;
        }
        Limited limited = new Limited(body);
        context.setEntityStream(limited);
        return limited;
    }

    private long announced(@Nullable String length) {
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            throw problems.invalid("Content-Length is not a number");
        }
    }

    private ProblemException tooLarge() {
        return problems.exception(TOO_LARGE, "the body is larger than " + LIMIT + " bytes");
    }

    /** Counts what is read. */
    private final class Limited extends FilterInputStream {

        private int read;
        private boolean ended;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = ended ? -1 : super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = ended ? -1 : super.read(bytes, offset, length);
            count(Math.max(n, 0));
            return n;
        }

        void end() {
            ended = true;
        }

        private void count(int n) {
            read += n;
            if (read > LIMIT) {
                throw tooLarge();
            }
        }
    }
}

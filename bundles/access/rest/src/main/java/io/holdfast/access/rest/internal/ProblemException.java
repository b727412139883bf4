package io.holdfast.access.rest.internal;

import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;

/** A request that cannot be answered for a reason of HTTP's, or of ours. Carries the whole answer. */
final class ProblemException extends WebApplicationException {

    private static final long serialVersionUID = 1L;

    ProblemException(Response response, String detail) {
        super(detail, response);
    }

    /** Without the stack: it tells nothing, and whoever sends nonsense shall not cost us one. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

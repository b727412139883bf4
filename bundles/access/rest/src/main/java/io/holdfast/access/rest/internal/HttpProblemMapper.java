package io.holdfast.access.rest.internal;

import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** {@link ProblemMapper} for what JAX-RS throws itself: implementations bring a more specific mapper of their own. */
final class HttpProblemMapper implements ExceptionMapper<WebApplicationException> {

    private final Problems problems;

    HttpProblemMapper(Problems problems) {
        this.problems = problems;
    }

    @Override
    public Response toResponse(WebApplicationException failure) {
        return problems.of(failure);
    }
}

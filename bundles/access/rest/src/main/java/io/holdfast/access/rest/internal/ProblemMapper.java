package io.holdfast.access.rest.internal;

import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** The one exception mapper. */
final class ProblemMapper implements ExceptionMapper<Throwable> {

    private final Problems problems;

    ProblemMapper(Problems problems) {
        this.problems = problems;
    }

    @Override
    public Response toResponse(Throwable failure) {
        return problems.of(failure);
    }
}

package io.holdfast.access.rest.internal;

import io.holdfast.core.catalog.PageRequest;
import javax.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** Which part of a list is wanted. Text, because JAX-RS calls a number that is none "not found". */
public final class PageQuery {

    private static final int USUAL_LIMIT = 50;

    @QueryParam("offset")
    private @Nullable String offset;

    @QueryParam("limit")
    private @Nullable String limit;

    /** For JAX-RS. */
    public PageQuery() {}

    PageRequest request(Problems problems) {
        long from = Parameters.number(problems, "offset", offset, 0, 0, Long.MAX_VALUE);
        return new PageRequest(from, limit(problems, limit));
    }

    static int limit(Problems problems, @Nullable String limit) {
        return (int) Parameters.number(problems, "limit", limit, USUAL_LIMIT, 1, PageRequest.MAX_LIMIT);
    }
}

package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.LogDto;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Units of node work. */
@Path("tasks")
@Produces(MediaType.APPLICATION_JSON)
public final class TasksResource {

    private final CoreServices core;
    private final Problems problems;

    TasksResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /**
     * The log of a task, which can be read while it runs.
     *
     * @param after only lines with a number above this
     * @param limit how many at most, 1 to 1000
     */
    @GET
    @Path("{id}/log")
    @Needs(Permission.STATUS_READ)
    public LogDto log(
            @PathParam("id") String id,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit)
            throws PluginException {
        long from = Parameters.number(problems, "after", after, 0, 0, Long.MAX_VALUE);
        int most = PageQuery.limit(problems, limit);
        Parameters.found(core.catalog().workflows().findTask(id), "task", id);
        return LogDto.of(core.workflows().log(id, from, most));
    }
}

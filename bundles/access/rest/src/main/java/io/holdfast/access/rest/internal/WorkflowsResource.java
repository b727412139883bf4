package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.EndInput;
import io.holdfast.access.model.EndMode;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.WorkflowFilter;
import io.holdfast.core.catalog.WorkflowState;
import io.holdfast.core.catalog.WorkflowType;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.Set;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Requests and the work that they became. */
@Path("workflows")
@Produces(MediaType.APPLICATION_JSON)
public final class WorkflowsResource {

    private final CoreServices core;
    private final Problems problems;

    WorkflowsResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /**
     * Workflows, newest first, without their tasks.
     *
     * @param state only in these states; separated by commas, or given several times
     * @param type only of these types; separated by commas, or given several times
     * @param instance only about the instance with this id
     * @param destination only about the destination with this id
     */
    @GET
    @Needs(Permission.STATUS_READ)
    public PageDto<WorkflowDto> list(
            @QueryParam("state") List<String> state,
            @QueryParam("type") List<String> type,
            @QueryParam("instance") @Nullable String instance,
            @QueryParam("destination") @Nullable String destination,
            @BeanParam PageQuery page)
            throws PluginException {
        PageRequest asked = page.request(problems);
        Set<WorkflowState> states = Parameters.constants(problems, "state", state, WorkflowState.class);
        Set<WorkflowType> types = Parameters.constants(problems, "type", type, WorkflowType.class);
        WorkflowFilter filter = new WorkflowFilter(states, types, instance, destination);
        return PageDto.of(core.workflows().list(filter, asked), asked, WorkflowDto::of);
    }

    /** One workflow with its tasks and what they reported. */
    @GET
    @Path("{id}")
    @Needs(Permission.STATUS_READ)
    public WorkflowDto get(@PathParam("id") String id) throws PluginException {
        return WorkflowDto.of(
                Parameters.found(core.workflows().find(id), "workflow", id),
                core.workflows().tasks(id));
    }

    /** Asks for the end of a workflow. What has not started ends at once, what runs within seconds. */
    @POST
    @Path("{id}/cancel")
    @Needs(Permission.WORKFLOW_CANCEL)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response cancel(@PathParam("id") String id) throws PluginException {
        Parameters.found(core.workflows().find(id), "workflow", id);
        return Answers.accepted(core.workflows().cancel(id));
    }

    /**
     * Ends an instant recovery. If a move fails, the instance runs on from the backup, and the task's log says why.
     */
    @POST
    @Path("{id}/end")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Permission.RESTORE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response end(@PathParam("id") String id, EndInput input) throws PluginException {
        Parameters.found(core.workflows().find(id), "workflow", id);
        return Answers.accepted(core.workflows().end(id, input.mode() == EndMode.MOVE));
    }
}

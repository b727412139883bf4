package io.holdfast.access.rest.internal;

import io.holdfast.access.model.ApprovalDto;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.DecisionInput;
import io.holdfast.access.model.PageDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.SecurityContext;

/** What one administrator has asked for and another one has to agree to. */
@Path("approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ApprovalsResource {

    private final CoreServices core;
    private final Problems problems;

    ApprovalsResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /** Requests that need, or needed, a second administrator, newest first. */
    @GET
    @Needs(Permission.APPROVE)
    public PageDto<ApprovalDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.approvals().list(asked), asked, ApprovalDto::of);
    }

    /** One request. */
    @GET
    @Path("{id}")
    @Needs(Permission.APPROVE)
    public ApprovalDto get(@PathParam("id") String id) throws PluginException {
        return ApprovalDto.of(core.approvals().get(id));
    }

    /** Agrees to what somebody else has asked for, who may do it once after that by asking for exactly the same again. */
    @POST
    @Path("{id}/approve")
    @Needs(Permission.APPROVE)
    public ApprovalDto approve(@PathParam("id") String id, DecisionInput input, @Context SecurityContext security)
            throws PluginException {
        return ApprovalDto.of(core.approvals().approve(id, Caller.of(security), message(input)));
    }

    /** Refuses what somebody has asked for; one's own request is taken back so. */
    @POST
    @Path("{id}/reject")
    @Needs(Permission.APPROVE)
    public ApprovalDto reject(@PathParam("id") String id, DecisionInput input, @Context SecurityContext security)
            throws PluginException {
        return ApprovalDto.of(core.approvals().reject(id, Caller.of(security), message(input)));
    }

    private static String message(DecisionInput input) {
        return input.message() == null ? "" : input.message();
    }
}

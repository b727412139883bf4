package io.holdfast.access.rest.internal;

import io.holdfast.access.model.BackupMode;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.PolicyDto;
import io.holdfast.access.model.PolicyInput;
import io.holdfast.access.model.PolicyPreviewDto;
import io.holdfast.access.model.PolicyRunDto;
import io.holdfast.access.model.PolicyRunInput;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.PolicyRun;
import io.holdfast.core.scheduler.PolicyInfo;
import io.holdfast.core.scheduler.PolicySpec;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** What is protected without anybody asking. */
@Path("policies")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PoliciesResource {

    private final CoreServices core;
    private final Problems problems;
    private final Revision revision;

    PoliciesResource(CoreServices core, Problems problems, Revision revision) {
        this.core = core;
        this.problems = problems;
        this.revision = revision;
    }

    /** Policies, by name. */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public PageDto<PolicyDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.policies().list(asked), asked, PolicyDto::of);
    }

    /** Adds a policy. Its schedules are not due for times that have passed. */
    @POST
    @Needs(Permission.POLICY_WRITE)
    @Answer(status = 201, type = PolicyDto.class)
    public Response create(PolicyInput input, @Context SecurityContext security) throws PluginException {
        PolicySpec spec = input.toSpec();
        SecondPerson.policy(core, Caller.of(security), null, spec);
        PolicyInfo made = core.policies().create(spec);
        return Answers.created("policies/" + made.id(), PolicyDto.of(made));
    }

    /** One policy. */
    @GET
    @Path("{id}")
    @Needs(Permission.INVENTORY_READ)
    @Answer(status = 200, type = PolicyDto.class)
    public Response get(@PathParam("id") String id) throws PluginException {
        PolicyDto policy = PolicyDto.of(find(id));
        return revision.answer(policy, tag(policy));
    }

    /** Changes a policy to what is given, which is all of it. Its kind stays. New schedules are not due for times that have passed. */
    @PUT
    @Path("{id}")
    @Needs(Permission.POLICY_WRITE)
    @Answer(status = 200, type = PolicyDto.class)
    public Response update(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            PolicyInput input,
            @Context SecurityContext security)
            throws PluginException {
        PolicyInfo before = find(id);
        revision.require(ifMatch, tag(PolicyDto.of(before)));
        PolicySpec spec = input.toSpec();
        SecondPerson.policy(core, Caller.of(security), before, spec);
        PolicyDto after = PolicyDto.of(core.policies().update(id, spec));
        return revision.answer(after, tag(after));
    }

    /** Removes a policy with what is remembered of its runs. What it made stays. */
    @DELETE
    @Path("{id}")
    @Needs(Permission.POLICY_WRITE)
    @Answer(status = 204)
    public Response remove(@PathParam("id") String id) throws PluginException {
        find(id);
        core.policies().remove(id);
        return Answers.done();
    }

    /** Which instances a policy covers now, and the next times at which it is due. Changes nothing. */
    @GET
    @Path("{id}/preview")
    @Needs(Permission.INVENTORY_READ)
    public PolicyPreviewDto preview(@PathParam("id") String id) throws PluginException {
        return PolicyPreviewDto.of(core.policies().preview(id));
    }

    /** Begins a run now, besides the schedules and whether the policy is enabled or not. */
    @POST
    @Path("{id}/run")
    @Needs({Permission.BACKUP_RUN, Permission.SNAPSHOT_CREATE})
    @Answer(status = 202, type = PolicyRunDto.class)
    public Response run(@PathParam("id") String id, PolicyRunInput input, @Context SecurityContext security)
            throws PluginException {
        boolean full = input.mode() == BackupMode.FULL;
        PolicyRun run = core.policies().run(id, full, Caller.of(security).name());
        return Answers.begun("policies/" + id + "/runs/" + run.id(), PolicyRunDto.of(run));
    }

    /** Runs of a policy, newest first. */
    @GET
    @Path("{id}/runs")
    @Needs(Permission.STATUS_READ)
    public PageDto<PolicyRunDto> runs(@PathParam("id") String id, @BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.policies().runs(id, asked), asked, PolicyRunDto::of);
    }

    /** One run of a policy, with what became of each instance, and why some were skipped. */
    @GET
    @Path("{id}/runs/{run}")
    @Needs(Permission.STATUS_READ)
    public PolicyRunDto oneRun(@PathParam("id") String id, @PathParam("run") String run) throws PluginException {
        PolicyRun found = Parameters.found(
                core.policies().findRun(run).filter(r -> r.policyId().equals(id)), "run of the policy", run);
        return PolicyRunDto.with(found, core.policies().items(id, run));
    }

    private PolicyInfo find(String id) throws PluginException {
        return Parameters.found(core.policies().find(id), "policy", id);
    }

    private EntityTag tag(PolicyDto policy) {
        return revision.of(policy.id(), policy.input());
    }
}

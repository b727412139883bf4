package io.holdfast.access.rest.internal;

import io.holdfast.access.model.BackupInput;
import io.holdfast.access.model.BackupMode;
import io.holdfast.access.model.ChangesDto;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.InstanceDto;
import io.holdfast.access.model.InstanceSettingsInput;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.SettingValue;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.InstanceInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** Protected and protectable things. */
@Path("instances")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class InstancesResource {

    private final CoreServices core;
    private final Problems problems;

    InstancesResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /**
     * Instances, by name.
     *
     * @param provider only of the provider with this id
     * @param name only those whose name contains this text
     */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public PageDto<InstanceDto> list(
            @QueryParam("provider") @Nullable String provider,
            @QueryParam("name") @Nullable String name,
            @BeanParam PageQuery page)
            throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.estate().instances(provider, name, asked), asked, InstanceDto::of);
    }

    /** One instance. */
    @GET
    @Path("{id}")
    @Needs(Permission.INVENTORY_READ)
    public InstanceDto get(@PathParam("id") String id) throws PluginException {
        return InstanceDto.of(find(id));
    }

    /**
     * How much the last backups of an instance have changed, and what of that is unusual, oldest first.
     *
     * @param last how many, 1 to 1,000; 30 if left out
     */
    @GET
    @Path("{id}/changes")
    @Needs(Permission.BACKUP_READ)
    public ChangesDto changes(@PathParam("id") String id, @QueryParam("last") @Nullable Integer last)
            throws PluginException {
        find(id);
        int count = last == null ? 30 : last;
        if (count < 1 || count > PageRequest.MAX_LIMIT) {
            throw problems.invalid("parameter 'last' must be 1 to " + PageRequest.MAX_LIMIT);
        }
        return ChangesDto.last(core, id, count);
    }

    /** Sets all settings of an instance. A secret that is left out keeps its value. */
    @PUT
    @Path("{id}/settings")
    @Needs(Permission.INVENTORY_WRITE)
    public InstanceDto update(@PathParam("id") String id, InstanceSettingsInput input) throws PluginException {
        find(id);
        return InstanceDto.of(core.estate().updateInstance(id, SettingValue.givenOrNone(input.settings())));
    }

    /** Removes an instance that has no backups. An inventory may bring it back. */
    @DELETE
    @Path("{id}")
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 204)
    public Response remove(@PathParam("id") String id) throws PluginException {
        find(id);
        core.estate().removeInstance(id);
        return Answers.done();
    }

    /** Backs an instance up. */
    @POST
    @Path("{id}/backups")
    @Needs(Permission.BACKUP_RUN)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response backUp(@PathParam("id") String id, BackupInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        int priority = input.priority() == null ? Submission.DEFAULT_PRIORITY : input.priority();
        if (priority < 0 || priority > 100) {
            throw problems.invalid("field 'priority' must be 0 to 100");
        }
        Submission submission = new Submission(Caller.of(security).name(), priority, null, null);
        boolean full = input.mode() == BackupMode.FULL;
        return Answers.accepted(
                core.workflows().submit(new WorkflowRequest.BackUp(id, input.destinationId(), full), submission));
    }

    private InstanceInfo find(String id) throws PluginException {
        return Parameters.found(core.estate().instance(id), "instance", id);
    }
}

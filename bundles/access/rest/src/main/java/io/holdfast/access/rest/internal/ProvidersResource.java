package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.InventoryInput;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.ProviderDto;
import io.holdfast.access.model.ProviderInput;
import io.holdfast.access.model.SettingValue;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.ProviderInfo;
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

/** Endpoints that instances live on. */
@Path("providers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ProvidersResource {

    private final CoreServices core;
    private final Problems problems;
    private final Revision revision;

    ProvidersResource(CoreServices core, Problems problems, Revision revision) {
        this.core = core;
        this.problems = problems;
        this.revision = revision;
    }

    /** Providers, by name. */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public PageDto<ProviderDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.estate().providers(asked), asked, ProviderDto::of);
    }

    /** Adds a provider. Nothing is contacted. */
    @POST
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 201, type = ProviderDto.class)
    public Response create(ProviderInput input) throws PluginException {
        ProviderInfo made =
                core.estate().createProvider(input.type(), input.name(), SettingValue.givenOrNone(input.settings()));
        return Answers.created("providers/" + made.id(), ProviderDto.of(made));
    }

    /** One provider. */
    @GET
    @Path("{id}")
    @Needs(Permission.INVENTORY_READ)
    @Answer(status = 200, type = ProviderDto.class)
    public Response get(@PathParam("id") String id) throws PluginException {
        ProviderDto provider = ProviderDto.of(find(id));
        return revision.answer(provider, tag(provider));
    }

    /** Changes a provider: its name and all its settings. Its type stays. A secret that is left out keeps its value. */
    @PUT
    @Path("{id}")
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 200, type = ProviderDto.class)
    public Response update(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            ProviderInput input)
            throws PluginException {
        ProviderDto before = ProviderDto.of(find(id));
        Parameters.requireSameType(before.type(), input.type());
        revision.require(ifMatch, tag(before));
        ProviderDto after =
                ProviderDto.of(core.estate().updateProvider(id, input.name(), SettingValue.given(input.settings())));
        return revision.answer(after, tag(after));
    }

    /** Removes a provider with its instances, if none of them has backups. */
    @DELETE
    @Path("{id}")
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 204)
    public Response remove(@PathParam("id") String id) throws PluginException {
        find(id);
        core.estate().removeProvider(id);
        return Answers.done();
    }

    /** Asks a provider for its instances, or adds one that is named. */
    @POST
    @Path("{id}/inventory")
    @Needs(Permission.INVENTORY_SYNC)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response inventory(@PathParam("id") String id, InventoryInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        WorkflowRequest request = new WorkflowRequest.Inventory(id, input.externalId());
        return Answers.accepted(core.workflows()
                .submit(request, Submission.by(Caller.of(security).name())));
    }

    private ProviderInfo find(String id) throws PluginException {
        return Parameters.found(core.estate().provider(id), "provider", id);
    }

    private EntityTag tag(ProviderDto provider) {
        return revision.of(provider.id(), provider.name(), provider.settings());
    }
}

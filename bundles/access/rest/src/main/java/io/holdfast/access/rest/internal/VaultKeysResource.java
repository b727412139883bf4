package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.DestroyKeysInput;
import io.holdfast.access.model.DestructionDto;
import io.holdfast.access.model.KitInput;
import io.holdfast.access.model.NewSharesDto;
import io.holdfast.access.model.NewSharesInput;
import io.holdfast.access.model.RecoveryKit;
import io.holdfast.access.model.RotateKeysInput;
import io.holdfast.access.model.VaultPapers;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** The keys of the vault on a destination: what people print, key epochs, and the end of them. */
@Path("destinations/{id}/keys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class VaultKeysResource {

    private static final String PDF = "application/pdf";
    private static final String TEXT = "text/plain;charset=UTF-8";

    private final CoreServices core;
    private final VaultPapers papers;
    private final Problems problems;

    VaultKeysResource(CoreServices core, Problems problems) {
        this.core = core;
        this.papers = new VaultPapers(core);
        this.problems = problems;
    }

    /** Makes a set of recovery shares. They are told this once; when the workflow has finished, they open the vault. */
    @POST
    @Path("shares")
    @Needs({Permission.RECOVERY_KEY_READ, Permission.VAULT_WRITE})
    @Answer(status = 202, type = NewSharesDto.class)
    public Response makeShares(@PathParam("id") String id, NewSharesInput input, @Context SecurityContext security)
            throws PluginException {
        NewSharesDto made = papers.makeShares(
                find(id), input.threshold(), input.count(), Caller.of(security).name());
        return Answers.begun("workflows/" + made.workflow().id(), made);
    }

    /**
     * A page to be printed: the recovery key, and what to do with it when the appliance is gone. That it was shown is logged.
     *
     * @param format {@code pdf}, which it is if absent, or {@code text}
     */
    @GET
    @Path("kit")
    @Produces({PDF, MediaType.TEXT_PLAIN})
    @Needs(Permission.RECOVERY_KEY_READ)
    @Answer(status = 200, type = byte[].class)
    public Response kit(
            @PathParam("id") String id,
            @QueryParam("format") @Nullable String format,
            @Context SecurityContext security)
            throws PluginException {
        return printed(papers.key(find(id), Caller.of(security).name()), format);
    }

    /**
     * Pages to be printed, one for each of the shares given.
     *
     * @param format {@code pdf}, which it is if absent, or {@code text}
     */
    @POST
    @Path("kit")
    @Produces({PDF, MediaType.TEXT_PLAIN})
    @Needs(Permission.RECOVERY_KEY_READ)
    @Answer(status = 200, type = byte[].class)
    public Response kitOfShares(
            @PathParam("id") String id, @QueryParam("format") @Nullable String format, KitInput input)
            throws PluginException {
        return printed(papers.shares(find(id), input.shares()), format);
    }

    private Response printed(RecoveryKit kit, @Nullable String format) {
        boolean text = "text".equals(format);
        if (format != null && !text && !format.equals("pdf")) {
            throw problems.invalid("query parameter 'format' must be pdf or text");
        }
        byte[] bytes = text ? kit.text().getBytes(StandardCharsets.UTF_8) : kit.pdf();
        return Response.ok(bytes, text ? TEXT : PDF)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Begins a new key epoch: backups from then on are sealed to a new key pair; earlier ones stay readable. */
    @POST
    @Path("rotate")
    @Needs(Permission.VAULT_WRITE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response rotate(@PathParam("id") String id, RotateKeysInput input, @Context SecurityContext security)
            throws PluginException {
        return Answers.accepted(
                papers.rotate(find(id), input, Caller.of(security).name()));
    }

    /** What would become unreadable for good if the keys were destroyed. Changes nothing. */
    @GET
    @Path("destroy")
    @Needs(Permission.BACKUP_READ)
    public DestructionDto destruction(@PathParam("id") String id) throws PluginException {
        DestinationInfo destination = find(id);
        if (destination.vaultId().isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no vault on destination '" + id + "'");
        }
        return DestructionDto.of(core, destination);
    }

    /** Destroys the keys, on the destination and in the appliance: nothing in the vault can be read ever after. May need a second person. */
    @POST
    @Path("destroy")
    @Needs({Permission.VAULT_WRITE, Permission.BACKUP_DELETE})
    @Answer(status = 202, type = WorkflowDto.class)
    public Response destroy(@PathParam("id") String id, DestroyKeysInput input, @Context SecurityContext security)
            throws PluginException {
        return Answers.accepted(papers.destroy(find(id), input.name(), Caller.of(security)));
    }

    private DestinationInfo find(String id) throws PluginException {
        return Parameters.found(core.estate().destination(id), "destination", id);
    }
}

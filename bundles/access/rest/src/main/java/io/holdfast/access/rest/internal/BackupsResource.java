package io.holdfast.access.rest.internal;

import io.holdfast.access.model.BackupDto;
import io.holdfast.access.model.BootProofInput;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.InstantRecoveryInput;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.PathText;
import io.holdfast.access.model.RestoreInput;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.access.model.SettingValue;
import io.holdfast.access.model.VerifyBackupInput;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.Backup;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.source.EntryPath;
import java.util.ArrayList;
import java.util.List;
import javax.ws.rs.BeanParam;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import org.jspecify.annotations.Nullable;

/** Restorable points. */
@Path("backups")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class BackupsResource {

    private final CoreServices core;
    private final Problems problems;

    BackupsResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /**
     * Backups, newest first.
     *
     * @param instance only of the instance with this id
     * @param destination only on the destination with this id
     */
    @GET
    @Needs(Permission.BACKUP_READ)
    public PageDto<BackupDto> list(
            @QueryParam("instance") @Nullable String instance,
            @QueryParam("destination") @Nullable String destination,
            @BeanParam PageQuery page)
            throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.catalog().backups().list(instance, destination, asked), asked, BackupDto::of);
    }

    /** One backup. */
    @GET
    @Path("{id}")
    @Needs(Permission.BACKUP_READ)
    public BackupDto get(@PathParam("id") String id) throws PluginException {
        return BackupDto.of(find(id));
    }

    /** Forgets a backup and frees the space that nothing else needs. */
    @DELETE
    @Path("{id}")
    @Needs(Permission.BACKUP_DELETE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response forget(@PathParam("id") String id, @Context SecurityContext security) throws PluginException {
        Backup backup = find(id);
        SecondPerson.forget(core, Caller.of(security), backup.destinationId(), List.of(id));
        return accept(new WorkflowRequest.Forget(backup.destinationId(), List.of(id)), security);
    }

    /** Re-reads everything that a backup needs and proves it. */
    @POST
    @Path("{id}/verify")
    @Needs(Permission.BACKUP_RUN)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response verify(@PathParam("id") String id, VerifyBackupInput input, @Context SecurityContext security)
            throws PluginException {
        Backup backup = find(id);
        boolean deep = input.deep() == null || input.deep();
        return accept(new WorkflowRequest.Verify(backup.destinationId(), id, 0, 1, deep), security);
    }

    /** Restores a backup, or parts of it. */
    @POST
    @Path("{id}/restore")
    @Needs(Permission.RESTORE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response restore(@PathParam("id") String id, RestoreInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        List<EntryPath> selection = new ArrayList<>();
        for (String path : input.selection() == null ? List.<String>of() : input.selection()) {
            selection.add(PathText.parse(path));
        }
        return accept(
                new WorkflowRequest.Restore(
                        id, input.providerId(), SettingValue.givenOrNone(input.settings()), selection),
                security);
    }

    /**
     * Runs an instance straight from a backup. The workflow lasts until it is ended by {@code POST /workflows/{id}/end}, or cancelled,
     * which discards the instance. The backup is kept meanwhile.
     */
    @POST
    @Path("{id}/instant-recovery")
    @Needs(Permission.RESTORE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response instantRecovery(
            @PathParam("id") String id, InstantRecoveryInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        return accept(
                new WorkflowRequest.InstantRecovery(id, input.providerId(), SettingValue.givenOrNone(input.settings())),
                security);
    }

    /**
     * Boots an instance from a backup in isolation, checks what is asked for, and removes everything again. What was found is kept with
     * the backup; an instance that does not pass ends the workflow with warnings.
     */
    @POST
    @Path("{id}/boot-proof")
    @Needs(Permission.RESTORE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response bootProof(@PathParam("id") String id, BootProofInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        return accept(
                new WorkflowRequest.BootProof(id, input.providerId(), SettingValue.givenOrNone(input.settings())),
                security);
    }

    /** The picture of the screen that the last boot proof took. */
    @GET
    @Path("{id}/proof/screenshot")
    @Produces("image/png")
    @Needs(Permission.BACKUP_READ)
    @Answer(status = 200, type = byte[].class)
    public Response screenshot(@PathParam("id") String id) throws PluginException {
        byte[] png = Parameters.found(core.catalog().backups().screenshot(find(id).id()), "screenshot of backup", id);
        return Response.ok(png, "image/png").build();
    }

    private Response accept(WorkflowRequest request, SecurityContext security) throws PluginException {
        return Answers.accepted(core.workflows()
                .submit(request, Submission.by(Caller.of(security).name())));
    }

    private Backup find(String id) throws PluginException {
        return Parameters.found(core.catalog().backups().find(id), "backup", id);
    }
}

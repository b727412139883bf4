package io.holdfast.access.rest.internal;

import io.holdfast.access.model.AttachInput;
import io.holdfast.access.model.AttachMode;
import io.holdfast.access.model.CopyInput;
import io.holdfast.access.model.CopyRight;
import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.CreatedDestinationDto;
import io.holdfast.access.model.DamageDto;
import io.holdfast.access.model.DamagedBackupDto;
import io.holdfast.access.model.DestinationDto;
import io.holdfast.access.model.DestinationInput;
import io.holdfast.access.model.PageDto;
import io.holdfast.access.model.PreviewDto;
import io.holdfast.access.model.PreviewInput;
import io.holdfast.access.model.PruneInput;
import io.holdfast.access.model.RecoveryKeyDto;
import io.holdfast.access.model.SecondPerson;
import io.holdfast.access.model.SettingValue;
import io.holdfast.access.model.VerifyInput;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.catalog.PageRequest;
import io.holdfast.core.catalog.Workflow;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.inventory.DestinationInfo;
import io.holdfast.core.inventory.VaultKeys;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Places where backups are kept, and the vaults on them. */
@Path("destinations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DestinationsResource {

    private final Logger log = LoggerFactory.getLogger(DestinationsResource.class);
    private final CoreServices core;
    private final Problems problems;
    private final Revision revision;

    DestinationsResource(CoreServices core, Problems problems, Revision revision) {
        this.core = core;
        this.problems = problems;
        this.revision = revision;
    }

    /** Destinations, by name. */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public PageDto<DestinationDto> list(@BeanParam PageQuery page) throws PluginException {
        PageRequest asked = page.request(problems);
        return PageDto.of(core.estate().destinations(asked), asked, DestinationDto::of);
    }

    /** Adds a destination and makes, or takes over, the vault on it. The workflow says when it can be used. */
    @POST
    @Needs({Permission.INVENTORY_WRITE, Permission.VAULT_WRITE})
    @Answer(status = 201, type = CreatedDestinationDto.class)
    public Response create(DestinationInput input, @Context SecurityContext security) throws PluginException {
        AttachInput attach = input.attach() == null ? new AttachInput(null, null, null, null, null) : input.attach();
        requireKey(attach);
        int immutableDays = input.immutableDays() == null ? 0 : input.immutableDays();
        core.estate().checkImmutableDays(immutableDays);
        DestinationInfo made =
                core.estate().createDestination(input.type(), input.name(), SettingValue.givenOrNone(input.settings()));
        Workflow workflow;
        try {
            made = core.estate().immutableDays(made.id(), immutableDays);
            workflow = submit(attachment(made.id(), attach), security);
        } catch (PluginException e) {
            core.estate().removeDestination(made.id());
            throw e;
        }
        return Answers.created(
                "destinations/" + made.id(),
                new CreatedDestinationDto(DestinationDto.of(made), WorkflowDto.of(workflow)));
    }

    /** One destination. */
    @GET
    @Path("{id}")
    @Needs(Permission.INVENTORY_READ)
    @Answer(status = 200, type = DestinationDto.class)
    public Response get(@PathParam("id") String id) throws PluginException {
        DestinationDto destination = DestinationDto.of(find(id));
        return revision.answer(destination, tag(destination));
    }

    /** Changes a destination: its name and all its settings. Its type stays. A secret that is left out keeps its value. */
    @PUT
    @Path("{id}")
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 200, type = DestinationDto.class)
    public Response update(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            DestinationInput input,
            @Context SecurityContext security)
            throws PluginException {
        DestinationInfo found = find(id);
        DestinationDto before = DestinationDto.of(found);
        Parameters.requireSameType(before.type(), input.type());
        requireNoAttach(input);
        revision.require(ifMatch, tag(before));
        DestinationDto after = DestinationDto.of(SecondPerson.changeDestination(
                core,
                Caller.of(security),
                found,
                input.name(),
                SettingValue.given(input.settings()),
                input.immutableDays()));
        return revision.answer(after, tag(after));
    }

    private static void requireNoAttach(DestinationInput input) throws PluginException {
        if (input.attach() != null) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "'attach' is for new destinations; use POST /destinations/{id}/attach");
        }
    }

    /** Removes a destination from the appliance, if no backup on it is known. What is on it stays. */
    @DELETE
    @Path("{id}")
    @Needs(Permission.INVENTORY_WRITE)
    @Answer(status = 204)
    public Response remove(@PathParam("id") String id, @Context SecurityContext security) throws PluginException {
        SecondPerson.removeDestination(core, Caller.of(security), find(id));
        core.estate().removeDestination(id);
        return Answers.done();
    }

    /** Makes, or takes over, the vault on a destination. */
    @POST
    @Path("{id}/attach")
    @Needs(Permission.VAULT_WRITE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response attach(@PathParam("id") String id, AttachInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        return Answers.accepted(submit(attachment(id, input), security));
    }

    /** Re-reads what is on a destination, or a part of it, and proves it. */
    @POST
    @Path("{id}/verify")
    @Needs(Permission.BACKUP_RUN)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response verify(@PathParam("id") String id, VerifyInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        boolean deep = input.deep() == null || input.deep();
        int slice = input.slice() == null ? 0 : input.slice();
        int slices = input.slices() == null ? 1 : input.slices();
        return Answers.accepted(
                submit(new WorkflowRequest.Verify(id, input.backupId(), slice, slices, deep), security));
    }

    /**
     * Copies backups to another destination. Where that has a replica of this one's vault they stay sealed on the way; into a vault with
     * other keys they are read and written anew, which needs the permission to restore as well. What is there already is not sent again. The
     * result way of the workflow says which it was: SEALED or REWRITTEN. A copy is listed like a backup, with an id of its own, of which
     * the 24 digits after the dot are those of the backup.
     */
    @POST
    @Path("{id}/copy")
    @Needs(Permission.BACKUP_RUN)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response copy(@PathParam("id") String id, CopyInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        Set<String> instances = input.instanceIds() == null ? Set.of() : Set.copyOf(input.instanceIds());
        List<String> backups = input.backupIds() == null ? List.of() : input.backupIds();
        int latest = input.latest() == null ? 0 : input.latest();
        CopyRight.require(core, Caller.of(security), id, input.to());
        return Answers.accepted(submit(new WorkflowRequest.Copy(id, input.to(), instances, backups, latest), security));
    }

    /** Which backups on a destination are known to be damaged, of what, and which files are concerned. */
    @GET
    @Path("{id}/damage")
    @Needs(Permission.BACKUP_READ)
    public DamageDto damage(@PathParam("id") String id) throws PluginException {
        return DamagedBackupDto.on(core, find(id).id());
    }

    /** Forgets the backups that a rule does not keep, and frees the space that nothing needs. */
    @POST
    @Path("{id}/prune")
    @Needs(Permission.BACKUP_DELETE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response prune(@PathParam("id") String id, PruneInput input, @Context SecurityContext security)
            throws PluginException {
        find(id);
        boolean dryRun = input.dryRun() != null && input.dryRun();
        WorkflowRequest.Prune prune =
                new WorkflowRequest.Prune(id, input.instanceId(), input.rule().toRule(), dryRun);
        SecondPerson.prune(core, Caller.of(security), prune);
        return Answers.accepted(submit(prune, security));
    }

    /** What a rule would keep and forget now, and why. Changes nothing. */
    @POST
    @Path("{id}/prune/preview")
    @Needs(Permission.BACKUP_READ)
    public PreviewDto preview(@PathParam("id") String id, PreviewInput input) throws PluginException {
        find(id);
        return PreviewDto.of(core.workflows()
                .preview(new WorkflowRequest.Prune(
                        id, input.instanceId(), input.rule().toRule(), true)));
    }

    /** Reads what backups are on a destination and corrects the catalogue. */
    @POST
    @Path("{id}/rebuild")
    @Needs(Permission.VAULT_WRITE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response rebuild(@PathParam("id") String id, @Context SecurityContext security) throws PluginException {
        find(id);
        return Answers.accepted(submit(new WorkflowRequest.Rebuild(id), security));
    }

    /** What opens the vault of a destination when this appliance is lost. That it was shown is logged. */
    @GET
    @Path("{id}/recovery-key")
    @Needs(Permission.RECOVERY_KEY_READ)
    public RecoveryKeyDto recoveryKey(@PathParam("id") String id, @Context SecurityContext security)
            throws PluginException {
        DestinationInfo destination = find(id);
        if (destination.vaultId().isEmpty()) {
            throw new PluginException(ErrorKind.NOT_FOUND, "there is no vault on destination '" + id + "' yet");
        }
        byte[] key = core.vaultKeys().read(destination.vaultId(), VaultKeys.Part.RECOVERY);
        log.info(
                "The recovery key of destination {} was shown to {}",
                id,
                Caller.of(security).name());
        return new RecoveryKeyDto(new String(key, StandardCharsets.UTF_8));
    }

    private Workflow submit(WorkflowRequest request, SecurityContext security) throws PluginException {
        return core.workflows()
                .submit(request, Submission.by(Caller.of(security).name()));
    }

    private static WorkflowRequest attachment(String id, AttachInput input) throws PluginException {
        requireKey(input);
        String first = input.replicaOf();
        if (first != null) {
            return new WorkflowRequest.ReplicateVault(id, first);
        }
        return input.mode() == AttachMode.ADOPT
                ? new WorkflowRequest.AdoptVault(id, input.recoveryKey(), input.passphrase(), input.givenShares())
                : new WorkflowRequest.CreateVault(id, input.passphrase());
    }

    private static void requireKey(AttachInput input) throws PluginException {
        boolean adopt = input.mode() == AttachMode.ADOPT;
        int ways = (input.recoveryKey() == null ? 0 : 1)
                + (input.passphrase() == null ? 0 : 1)
                + (!input.givenShares().isEmpty() ? 1 : 0);
        boolean replica = input.mode() == AttachMode.REPLICA;
        if (replica != (input.replicaOf() != null) || replica && ways > 0) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "mode REPLICA goes with replicaOf, the destination whose vault is replicated, and has its keys: give neither a"
                            + " passphrase nor a recovery key nor shares");
        }
        if (adopt && ways != 1) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "to adopt a vault give either its recovery key, or its passphrase, or recovery shares");
        }
        if (!adopt && (input.recoveryKey() != null || !input.givenShares().isEmpty())) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "a new vault gets a new recovery key; give one, or shares, only with mode ADOPT");
        }
    }

    private DestinationInfo find(String id) throws PluginException {
        return Parameters.found(core.estate().destination(id), "destination", id);
    }

    private EntityTag tag(DestinationDto destination) {
        return revision.of(destination.id(), destination.name(), destination.settings(), destination.immutableDays());
    }
}

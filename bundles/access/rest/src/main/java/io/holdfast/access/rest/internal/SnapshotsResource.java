package io.holdfast.access.rest.internal;

import io.holdfast.access.model.CoreServices;
import io.holdfast.access.model.SnapshotInput;
import io.holdfast.access.model.SnapshotPreviewDto;
import io.holdfast.access.model.SnapshotPreviewInput;
import io.holdfast.access.model.SnapshotRetainInput;
import io.holdfast.access.model.SnapshotRevertInput;
import io.holdfast.access.model.SnapshotsDto;
import io.holdfast.access.model.WorkflowDto;
import io.holdfast.core.dispatch.SnapshotOrder;
import io.holdfast.core.dispatch.Submission;
import io.holdfast.core.dispatch.WorkflowRequest;
import io.holdfast.core.security.Permission;
import io.holdfast.spi.PluginException;
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

/** Snapshots of instances that are kept on their providers. They are no backups: they are lost with the provider's storage. */
@Path("instances/{id}/snapshots")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SnapshotsResource {

    private final CoreServices core;
    private final Problems problems;

    SnapshotsResource(CoreServices core, Problems problems) {
        this.core = core;
        this.problems = problems;
    }

    /** The snapshots of an instance, those of other programs too. Asks the provider, which takes a second or so. */
    @GET
    @Needs(Permission.INVENTORY_READ)
    public SnapshotsDto list(@PathParam("id") String id) throws PluginException {
        find(id);
        return SnapshotsDto.of(core.snapshots().list(id));
    }

    /** Takes a snapshot. The workflow's result has its id as {@code snapshot}. */
    @POST
    @Needs(Permission.SNAPSHOT_CREATE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response take(@PathParam("id") String id, SnapshotInput input, @Context SecurityContext security)
            throws PluginException {
        return accept(
                id,
                new SnapshotOrder.Take(
                        input.name() == null ? "" : input.name(),
                        input.description() == null ? "" : input.description(),
                        input.quiesce() != null && input.quiesce()),
                security);
    }

    /** Takes an instance back to a snapshot. What was written since is lost. */
    @POST
    @Path("revert")
    @Needs(Permission.SNAPSHOT_REVERT)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response revert(@PathParam("id") String id, SnapshotRevertInput input, @Context SecurityContext security)
            throws PluginException {
        if (input.confirm() == null || !input.confirm()) {
            throw problems.invalid(
                    "field 'confirm' must be true: what was written since the snapshot will be lost for good");
        }
        return accept(id, new SnapshotOrder.Revert(input.snapshotId()), security);
    }

    /**
     * Deletes a snapshot that this appliance made.
     *
     * @param snapshot the provider's id of the snapshot; required
     */
    @DELETE
    @Needs(Permission.SNAPSHOT_DELETE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response delete(
            @PathParam("id") String id,
            @QueryParam("snapshot") @Nullable String snapshot,
            @Context SecurityContext security)
            throws PluginException {
        if (snapshot == null || snapshot.isEmpty()) {
            throw problems.invalid("query parameter 'snapshot' must name the snapshot to be deleted");
        }
        return accept(id, new SnapshotOrder.Delete(snapshot), security);
    }

    /** Deletes the snapshots that a rule does not keep, of those that this appliance made. */
    @POST
    @Path("retain")
    @Needs(Permission.SNAPSHOT_DELETE)
    @Answer(status = 202, type = WorkflowDto.class)
    public Response retain(@PathParam("id") String id, SnapshotRetainInput input, @Context SecurityContext security)
            throws PluginException {
        boolean dryRun = input.dryRun() != null && input.dryRun();
        return accept(id, new SnapshotOrder.Retain(input.rule().toRule(), dryRun), security);
    }

    /** What a rule would keep and delete now, and why. Changes nothing. */
    @POST
    @Path("retain/preview")
    @Needs(Permission.INVENTORY_READ)
    public SnapshotPreviewDto preview(@PathParam("id") String id, SnapshotPreviewInput input) throws PluginException {
        find(id);
        return SnapshotPreviewDto.of(core.workflows()
                .previewSnapshots(id, core.snapshots().list(id), input.rule().toRule()));
    }

    private Response accept(String id, SnapshotOrder order, SecurityContext security) throws PluginException {
        find(id);
        return Answers.accepted(core.workflows()
                .submit(
                        new WorkflowRequest.Snapshot(id, order),
                        Submission.by(Caller.of(security).name())));
    }

    private void find(String id) throws PluginException {
        Parameters.found(core.estate().instance(id), "instance", id);
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.SnapshotInfo;
import io.holdfast.spi.strategy.SnapshotRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The snapshots of machines: libvirt's internal ones, which lie in the QCOW2 images themselves. */
final class MachineSnapshots {

    /** A running machine's memory is written meanwhile. */
    static final Duration LIMIT = Duration.ofMinutes(60);

    private static final String PREFIX = "holdfast-";

    private final Provider provider;
    private final Virsh virsh;

    MachineSnapshots(Provider provider) {
        this.provider = provider;
        this.virsh = provider.virsh();
    }

    private String mine() {
        return PREFIX + SessionNames.safe(provider.plugin().applianceId(), 24) + "-";
    }

    /** Whether this appliance has made it. */
    boolean isOurs(String id) {
        return id.startsWith(mine());
    }

    SnapshotInfo create(SnapshotRequest request, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        String uuid = Uuids.require(request.instance().externalId());
        boolean active = virsh.stats(uuid).active();
        Machine machine = Machine.parse(active ? virsh.running(uuid) : virsh.definition(uuid));
        SnapshotFit fit = new SnapshotFit(provider.commands(), uuid, machine);
        fit.requireImages();
        if (active) {
            fit.requireRoomForMemory();
        } else {
            removeCheckpoints(uuid, context);
        }
        SessionNames names = provider.names(context);
        String id = mine() + SessionNames.safe(request.name(), 40) + "-" + names.suffix();
        SideEffectJournal.Entry entry =
                provider.record(context, Cleanup.SNAPSHOT, Map.of("machine", uuid, "snapshot", id));
        context.progress()
                .step(active ? "Writing the memory; the machine stands still meanwhile" : "Taking a snapshot");
        try {
            Host.Output output = virsh.attempt(
                    LIMIT,
                    "snapshot-create-as",
                    "--domain=" + uuid,
                    "--name=" + id,
                    "--description=" + SnapshotDocument.description(request.name(), request.description()));
            if (!output.good()) {
                throw failure("cannot take a snapshot of machine " + uuid, output);
            }
            context.cancellation().throwIfCancelled(); // it could not be stopped; it is taken back now
            SnapshotInfo made = find(uuid, id).orElseThrow(() -> gone(uuid, id)).info(true, true);
            entry.undone(); // it is meant to stay from now on
            return made;
        } catch (PluginException | RuntimeException e) {
            takeBack(uuid, id, entry, context);
            throw e;
        }
    }

    /** libvirt takes no snapshot of a stopped machine that has any; of a running one it does. */
    private void removeCheckpoints(String uuid, TaskContext context) throws PluginException {
        CheckpointRemoval removal = new CheckpointRemoval(provider, uuid, false, context);
        if (removal.checkpoints().isEmpty()) {
            return;
        }
        removal.requireOursOnly("cannot take a snapshot of the stopped machine " + uuid);
        removal.removeAll();
        context.log()
                .info(
                        "the machine is stopped, and libvirt takes no snapshot of a stopped machine with checkpoints: ours were"
                                + " removed, and the next backup reads everything");
    }

    private void takeBack(String uuid, String id, SideEffectJournal.Entry entry, TaskContext context) {
        try {
            delete(uuid, id);
            entry.undone();
        } catch (PluginException e) {
            context.log().warn("a snapshot may be left on the host and will be removed later: " + e.getMessage());
        }
    }

    List<SnapshotInfo> list(String externalId) throws PluginException {
        String uuid = Uuids.require(externalId);
        String names =
                virsh.must("cannot list snapshots of machine " + uuid, "snapshot-list", "--name", "--domain=" + uuid);
        String current = current(uuid);
        List<SnapshotInfo> found = new ArrayList<>();
        for (String id : names.lines().filter(line -> !line.isBlank()).toList()) {
            find(uuid, id).ifPresent(document -> found.add(document.info(isOurs(id), id.equals(current))));
        }
        return found;
    }

    /** The id of the snapshot that the machine goes on from; empty if there is none. */
    private String current(String uuid) throws PluginException {
        Host.Output output = virsh.attempt(Virsh.LIMIT, "snapshot-current", "--name", "--domain=" + uuid);
        return output.good() ? output.text().lines().findFirst().orElse("") : "";
    }

    /** A snapshot; empty if there is none. */
    Optional<SnapshotDocument> find(String uuid, String id) throws PluginException {
        Host.Output output = virsh.attempt(Virsh.LIMIT, "snapshot-dumpxml", "--domain=" + uuid, "--snapshotname=" + id);
        if (output.good()) {
            return Optional.of(SnapshotDocument.parse(output.text()));
        }
        PluginException failure =
                virsh.failure("cannot read snapshot " + Commands.printable(id) + " of machine " + uuid, output);
        if (failure.kind() == ErrorKind.NOT_FOUND) {
            return Optional.empty();
        }
        throw failure;
    }

    /** Deletes one of ours. One that is gone is no failure. */
    void delete(String externalId, String id) throws PluginException {
        String uuid = Uuids.require(externalId);
        if (!isOurs(id)) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "the snapshot " + Commands.printable(id) + " of machine " + uuid
                            + " was not made here; delete it with the program that made it");
        }
        Host.Output output = virsh.attempt(LIMIT, "snapshot-delete", "--domain=" + uuid, "--snapshotname=" + id);
        if (!output.good()) {
            PluginException failure = failure("cannot delete snapshot " + id + " of machine " + uuid, output);
            if (failure.kind() != ErrorKind.NOT_FOUND) {
                throw failure;
            }
        }
    }

    /** The failure of a command in words; of snapshots libvirt says some things in a way that nobody understands. */
    PluginException failure(String what, Host.Output output) {
        PluginException failure = virsh.failure(what, output);
        String said = what + " on " + provider.host().name() + ": " + Commands.complaint(output.err());
        if (output.err().contains("pflash")) {
            return new PluginException(
                    ErrorKind.UNSUPPORTED,
                    said + "; the machine has a UEFI firmware, whose variables this release of libvirt cannot keep in a"
                            + " snapshot. Use backups");
        }
        if (output.err().contains("writing VM state")) { // all that QEMU tells of a full file system
            return new PluginException(
                    ErrorKind.QUOTA,
                    said
                            + "; the memory could not be written into the image: see that its storage has room and no errors");
        }
        return failure;
    }

    static PluginException gone(String uuid, String id) {
        return new PluginException(
                ErrorKind.NOT_FOUND,
                "machine " + uuid + " has no snapshot " + Commands.printable(id) + "; list its snapshots again");
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;

/**
 * Takes a machine back to a snapshot. QEMU refuses that while an image has a dirty bitmap, and libvirt finds out only after it has
 * stopped the machine; so everything that could be refused is looked at first, then the checkpoints go, then the machine.
 */
final class SnapshotRevert {

    private final Provider provider;
    private final Virsh virsh;
    private final MachineSnapshots snapshots;
    private final TaskContext context;
    private final String uuid;

    SnapshotRevert(Provider provider, String externalId, TaskContext context) throws PluginException {
        this.provider = provider;
        this.virsh = provider.virsh();
        this.snapshots = new MachineSnapshots(provider);
        this.context = context;
        this.uuid = Uuids.require(externalId);
    }

    void to(String id) throws PluginException {
        context.cancellation().throwIfCancelled();
        boolean active = virsh.stats(uuid).active();
        SnapshotDocument snapshot = snapshots.find(uuid, id).orElseThrow(() -> MachineSnapshots.gone(uuid, id));
        String attempt = "machine " + uuid + " is left as it is and not taken back to the snapshot";
        if (snapshot.external()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    attempt
                            + ": it is an external one, to which libvirt does not go back; use the program that made it");
        }
        if (virsh.attempt(Virsh.LIMIT, "backup-dumpxml", "--domain=" + uuid).good()) {
            throw new PluginException(
                    ErrorKind.CONFLICT, attempt + ": a backup of the machine is running; wait for its end");
        }
        CheckpointRemoval removal = new CheckpointRemoval(provider, uuid, active, context);
        removal.requireOursOnly(attempt);
        context.cancellation().throwIfCancelled();
        context.progress().step("Removing checkpoints");
        removal.removeAll(); // a machine that this stops has damaged bitmaps; what it does now is given up anyway
        context.progress().step("Going back to the snapshot");
        Host.Output output =
                virsh.attempt(MachineSnapshots.LIMIT, "snapshot-revert", "--domain=" + uuid, "--snapshotname=" + id);
        if (!output.good()) {
            throw failed(id, output, active);
        }
        if (!removal.checkpoints().isEmpty()) {
            RevertNote.add(virsh, uuid, removal.checkpoints(), context);
        }
    }

    /** Some disks may have gone back and others not: whether it may run is for people to decide. */
    private PluginException failed(String id, Host.Output output, boolean active) throws PluginException {
        PluginException failure = snapshots.failure(
                "cannot take machine " + uuid + " back to snapshot " + Commands.printable(id), output);
        boolean stopped = active && !virsh.stats(uuid).active();
        return stopped
                ? new PluginException(
                        failure.kind(),
                        failure.getMessage()
                                + ". THE MACHINE IS STOPPED NOW: take it back to a snapshot, or look at its disks"
                                + " before it is started",
                        failure)
                : failure;
    }
}

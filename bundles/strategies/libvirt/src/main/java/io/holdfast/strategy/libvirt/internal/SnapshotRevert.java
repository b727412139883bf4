package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a machine back to a snapshot. QEMU refuses that while an image has a dirty bitmap, and libvirt finds out only after it has
 * stopped the machine; so everything that could be refused is looked at first, then the checkpoints go, then the machine.
 */
final class SnapshotRevert {

    private final Provider provider;
    private final Virsh virsh;
    private final MachineSnapshots snapshots;
    private final ImageBitmaps bitmaps;
    private final TaskContext context;
    private final String uuid;

    SnapshotRevert(Provider provider, String externalId, TaskContext context) throws PluginException {
        this.provider = provider;
        this.virsh = provider.virsh();
        this.snapshots = new MachineSnapshots(provider);
        this.bitmaps = new ImageBitmaps(provider.commands());
        this.context = context;
        this.uuid = Uuids.require(externalId);
    }

    void to(String id) throws PluginException {
        context.cancellation().throwIfCancelled();
        boolean active = virsh.stats(uuid).active();
        SnapshotDocument snapshot = snapshots.find(uuid, id).orElseThrow(() -> MachineSnapshots.gone(uuid, id));
        if (snapshot.external()) {
            throw refused(
                    ErrorKind.UNSUPPORTED,
                    "it is an external one, to which libvirt does not go back; use the program that made it");
        }
        List<String> checkpoints = virsh.checkpoints(uuid);
        List<String> images = images(active);
        requireOursOnly(checkpoints, images);
        context.cancellation().throwIfCancelled();
        context.progress().step("Removing checkpoints");
        removeCheckpoints(checkpoints, images, active);
        context.progress().step("Going back to the snapshot");
        Host.Output output =
                virsh.attempt(MachineSnapshots.LIMIT, "snapshot-revert", "--domain=" + uuid, "--snapshotname=" + id);
        if (!output.good()) {
            throw failed(id, output, active);
        }
        if (!checkpoints.isEmpty()) {
            RevertNote.add(virsh, uuid, checkpoints, context);
        }
    }

    private PluginException refused(ErrorKind kind, String why) {
        return new PluginException(
                kind, "machine " + uuid + " was left as it is and not taken back to the snapshot: " + why);
    }

    private List<String> images(boolean active) throws PluginException {
        Machine machine = Machine.parse(active ? virsh.running(uuid) : virsh.definition(uuid));
        return machine.disks().stream()
                .filter(disk -> disk.hasContent()
                        && disk.format().equals("qcow2")
                        && !disk.path().isEmpty())
                .map(Machine.Disk::path)
                .toList();
    }

    private void requireOursOnly(List<String> checkpoints, List<String> images) throws PluginException {
        if (virsh.attempt(Virsh.LIMIT, "backup-dumpxml", "--domain=" + uuid).good()) {
            throw refused(ErrorKind.CONFLICT, "a backup of it is running; wait for its end");
        }
        List<String> foreign = new ArrayList<>(checkpoints);
        for (String image : images) {
            foreign.addAll(bitmaps.of(image));
        }
        foreign.removeIf(Checkpoints::isOurs);
        if (!foreign.isEmpty()) {
            throw refused(
                    ErrorKind.CONFLICT,
                    "it has checkpoints or bitmaps of another program ("
                            + Commands.printable(String.join(", ", foreign.subList(0, Math.min(5, foreign.size()))))
                            + "), with which QEMU cannot go back; remove them with that program");
        }
    }

    /** Nothing counts changes through them any more: what they have counted is not what will differ. */
    private void removeCheckpoints(List<String> checkpoints, List<String> images, boolean active)
            throws PluginException {
        if (active) {
            for (String checkpoint : checkpoints) {
                Host.Output output = virsh.attempt(
                        Virsh.LIMIT, "checkpoint-delete", "--domain=" + uuid, "--checkpointname=" + checkpoint);
                if (!output.good()) {
                    context.log().info("a checkpoint is removed another way: " + Commands.complaint(output.err()));
                }
            }
        }
        List<String> left = virsh.checkpoints(uuid);
        boolean clean = left.isEmpty();
        for (String image : images) {
            clean &= bitmaps.of(image).isEmpty();
        }
        if (clean) {
            return;
        }
        if (active) {
            // a bitmap that a crash of QEMU has damaged; what the machine does now is given up by going back anyway
            virsh.must("cannot stop machine " + uuid, "destroy", "--domain=" + uuid);
        }
        removeFromImages(left, images);
    }

    private void removeFromImages(List<String> checkpoints, List<String> images) throws PluginException {
        for (String image : images) {
            for (String bitmap : bitmaps.of(image)) {
                bitmaps.remove(image, bitmap);
            }
        }
        for (String checkpoint : checkpoints) {
            virsh.must(
                    "cannot delete checkpoint " + checkpoint + " of machine " + uuid,
                    "checkpoint-delete",
                    "--metadata",
                    "--domain=" + uuid,
                    "--checkpointname=" + checkpoint);
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

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.List;

/** Removes all checkpoints of a machine because something is to be done that cannot be done with them; only if all are ours. */
final class CheckpointRemoval {

    private final Virsh virsh;
    private final ImageBitmaps bitmaps;
    private final TaskContext context;
    private final String uuid;
    private final boolean active;
    private final List<String> checkpoints;
    private final List<String> images;

    CheckpointRemoval(Provider provider, String uuid, boolean active, TaskContext context) throws PluginException {
        this.virsh = provider.virsh();
        this.bitmaps = new ImageBitmaps(provider.commands());
        this.context = context;
        this.uuid = uuid;
        this.active = active;
        this.checkpoints = virsh.checkpoints(uuid);
        Machine machine = Machine.parse(active ? virsh.running(uuid) : virsh.definition(uuid));
        this.images = machine.disks().stream()
                .filter(disk -> disk.hasContent()
                        && disk.format().equals("qcow2")
                        && !disk.path().isEmpty())
                .map(Machine.Disk::path)
                .toList();
    }

    /** Those that there were. */
    List<String> checkpoints() {
        return checkpoints;
    }

    /** The checkpoints and bitmaps that another program has made. */
    List<String> foreign() throws PluginException {
        List<String> foreign = new ArrayList<>(checkpoints);
        for (String image : images) {
            foreign.addAll(bitmaps.of(image));
        }
        foreign.removeIf(Checkpoints::isOurs);
        return foreign;
    }

    /** @throws PluginException {@code CONFLICT}, naming them, if there are foreign ones */
    void requireOursOnly(String attempt) throws PluginException {
        List<String> foreign = foreign();
        if (!foreign.isEmpty()) {
            String shown = String.join(", ", foreign.subList(0, Math.min(5, foreign.size())));
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    attempt + ": it has checkpoints or bitmaps of another program (" + Commands.printable(shown)
                            + "), with which that is not possible; remove them with that program");
        }
    }

    /** A machine that runs goes on, unless a crash of QEMU has damaged its bitmaps: then it is stopped. */
    void removeAll() throws PluginException {
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
            virsh.must("cannot stop machine " + uuid, "destroy", "--domain=" + uuid);
        }
        removeFromImages(left);
    }

    private void removeFromImages(List<String> left) throws PluginException {
        for (String image : images) {
            for (String bitmap : bitmaps.of(image)) {
                bitmaps.remove(image, bitmap);
            }
        }
        for (String checkpoint : left) {
            virsh.must(
                    "cannot delete checkpoint " + checkpoint + " of machine " + uuid,
                    "checkpoint-delete",
                    "--metadata",
                    "--domain=" + uuid,
                    "--checkpointname=" + checkpoint);
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the export of a running machine has on the host: job, scratch files, socket, checkpoint; perhaps a frozen guest. */
final class LiveResources {

    private final Provider provider;
    private final TaskContext context;
    private final Holding holding;
    private final GuestFreeze freeze;
    private final NbdConnections connections;
    private final SideEffectJournal.Entry entry;
    private boolean jobEnded;
    private boolean released;

    /** Writes down what will be there. */
    LiveResources(Provider provider, TaskContext context, Holding holding) throws PluginException {
        this.provider = provider;
        this.context = context;
        this.holding = holding;
        this.entry = provider.record(context, Cleanup.EXPORT, holding.details());
        this.freeze = new GuestFreeze(provider, holding.machine(), context);
        this.connections = new NbdConnections(provider.host(), context.cancellation());
    }

    GuestFreeze freeze() {
        return freeze;
    }

    NbdConnections connections() {
        return connections;
    }

    /** Ends the job and removes its files: nothing is held still any more. */
    synchronized void endJob() throws PluginException {
        if (!jobEnded) {
            connections.close();
            boolean stood = holding.end(provider);
            jobEnded = true;
            if (stood) {
                context.log()
                        .warn(
                                "the machine stood still because it could not write, and goes on now: the scratch directory"
                                        + " on the host may be too small for what it overwrites during a backup");
            }
        }
    }

    /** The new checkpoint stays from now on, the old ones go. */
    synchronized void keepCheckpoint(List<String> old) throws PluginException {
        if (released) {
            return;
        }
        endJob();
        Map<String, Optional<SideEffectJournal.Entry>> retired = new LinkedHashMap<>();
        for (String name : old) {
            retired.put(name, retire(name));
        }
        entry.undone();
        released = true;
        retired.forEach(this::deleteOld);
    }

    private Optional<SideEffectJournal.Entry> retire(String old) {
        try {
            return Optional.of(provider.record(
                    context, Cleanup.CHECKPOINT, Map.of("machine", holding.machine(), "checkpoint", old)));
        } catch (PluginException e) {
            context.log().warn("the old checkpoint " + old + " cannot be noted for removal: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void deleteOld(String old, Optional<SideEffectJournal.Entry> retired) {
        try {
            provider.checkpoints().delete(holding.machine(), old);
            if (retired.isPresent()) {
                retired.get().undone();
            }
        } catch (PluginException e) {
            context.log()
                    .warn("the old checkpoint " + old + " is left on the host and will be removed later: "
                            + e.getMessage());
        }
    }

    /** The backup says that the machine went back to a snapshot; nobody else needs to. */
    void forgetRevert(String old) {
        try {
            RevertNote.remove(provider.virsh(), holding.machine(), old);
        } catch (PluginException e) {
            context.log().info("a note in the machine's metadata is left: " + e.getMessage());
        }
    }

    /** Removes everything, the checkpoint too. What cannot be removed stays in the journal. */
    synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        connections.close();
        try {
            freeze.thaw();
            new Cleanup(provider).export(holding);
            entry.undone();
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the export of a running machine has on the host: job, scratch files, socket, checkpoint; perhaps a frozen guest. */
final class LiveResources {

    private final Provider provider;
    private final TaskContext context;
    private final String uuid;
    private final String directory;
    private final String checkpoint;
    private final BackupJob job;
    private final GuestFreeze freeze;
    private final NbdConnections connections;
    private final SideEffectJournal.Entry entry;
    private boolean jobEnded;
    private boolean released;

    LiveResources(
            Provider provider,
            TaskContext context,
            String uuid,
            String directory,
            String checkpoint,
            BackupJob job,
            GuestFreeze freeze,
            NbdConnections connections,
            SideEffectJournal.Entry entry) {
        this.provider = provider;
        this.context = context;
        this.uuid = uuid;
        this.directory = directory;
        this.checkpoint = checkpoint;
        this.job = job;
        this.freeze = freeze;
        this.connections = connections;
        this.entry = entry;
    }

    /** Ends the job and removes its files: nothing is held still any more. */
    synchronized void endJob() throws PluginException {
        if (!jobEnded) {
            connections.close();
            job.end();
            provider.scratch().remove(directory);
            jobEnded = true;
        }
    }

    /** The new checkpoint stays from now on, the old one goes. */
    synchronized void keepCheckpoint(String old) throws PluginException {
        if (released) {
            return;
        }
        endJob();
        SideEffectJournal.Entry retired = old.isEmpty() ? null : retire(old);
        if (!freeze.mayBeFrozen()) {
            entry.undone();
        }
        released = true;
        if (!old.isEmpty()) {
            deleteOld(old, retired);
        }
    }

    private SideEffectJournal.@Nullable Entry retire(String old) {
        try {
            return provider.record(context, Cleanup.CHECKPOINT, Map.of("machine", uuid, "checkpoint", old));
        } catch (PluginException e) {
            context.log().warn("the old checkpoint " + old + " cannot be noted for removal: " + e.getMessage());
            return null;
        }
    }

    private void deleteOld(String old, SideEffectJournal.@Nullable Entry retired) {
        try {
            provider.checkpoints().delete(uuid, old);
            if (retired != null) {
                retired.undone();
            }
        } catch (PluginException e) {
            context.log()
                    .warn((retired == null
                                    ? "the old checkpoint " + old + " stays on the host; delete it with virsh: "
                                    : "an old checkpoint is left on the host and will be removed later: ")
                            + e.getMessage());
        }
    }

    /** The backup says that the machine went back to a snapshot; nobody else needs to. */
    void forgetRevert(String old) {
        try {
            RevertNote.remove(provider.virsh(), uuid, old);
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
            new Cleanup(provider).export(uuid, directory, checkpoint);
            if (!freeze.mayBeFrozen()) {
                entry.undone();
            }
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
    }
}

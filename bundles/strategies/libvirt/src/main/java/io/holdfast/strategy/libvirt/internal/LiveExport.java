package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.transport.nbd.NbdClient;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Opens the export of a running machine: a backup job and, in the same moment, a checkpoint for the next one. */
final class LiveExport {

    private final Provider provider;
    private final ExportRequest request;
    private final TaskContext context;
    private final String uuid;
    private final Machine running;
    private final MachineState state;
    private final MachineStats stats;
    private final InstanceOptions options;
    private final List<Machine.Disk> disks;
    private final Map<String, Token.Disk> tracked = new TreeMap<>();
    private final List<String> old = new ArrayList<>();
    private final List<String> forgotten = new ArrayList<>();
    private boolean withCheckpoint = true;

    LiveExport(Provider provider, ExportRequest request, TaskContext context, MachineState state)
            throws PluginException {
        this.provider = provider;
        this.request = request;
        this.context = context;
        this.state = state;
        this.stats = state.stats();
        this.uuid = request.instance().externalId();
        this.running = Machine.parse(state.running());
        this.options = InstanceOptions.of(request.settings());
        this.disks = DiskChoice.of(running, options, context);
    }

    ExportSession open() throws PluginException {
        Map<String, byte[]> documents = Documents.of(provider, state.definition(), context);
        if (disks.isEmpty()) {
            context.log().warn("the machine has no disks to be read; only its definition is kept");
            return new EmptySession(documents);
        }
        if (state.busy()) {
            throw BackupJob.otherRuns(provider, uuid);
        }
        DiskChoice.inodesOfTracked(disks, provider.commands())
                .forEach((disk, inode) -> tracked.put(
                        disk.target(),
                        new Token.Disk(disk.target(), disk.path(), inode, stats.capacity(disk.target()))));
        MovedCheckpoint moved = new MovedCheckpoint(provider, running, context);
        List<String> checkpoints = moved.adopt(request.previous(), state.checkpoints());
        tellOfForeign(checkpoints);
        Token.checkpoints(request.superseded())
                .forEach(name -> (checkpoints.contains(name) ? old : forgotten).add(name));
        List<String> reverted =
                RevertNote.checkpoints(Machine.parse(state.definition()).document());
        ChangeBase base = moved.explain(
                request.previous(), ChangeBase.of(request.previous(), tracked.values(), checkpoints, reverted));
        ChangeBase used = tracked.isEmpty() ? ChangeBase.withoutBitmaps(request.previous()) : base;
        tellOfUntracked();
        LiveSession session = start(documents, used);
        if (session.lacksChanges()) {
            session.close();
            session = start(documents, ChangeBase.full("BITMAP_LOST", "QEMU does not know what has changed"));
        }
        return session;
    }

    private void tellOfUntracked() {
        List<String> whole = disks.stream()
                .map(Machine.Disk::target)
                .filter(target -> !tracked.containsKey(target))
                .toList();
        if (!whole.isEmpty()) {
            context.log()
                    .info("disks " + Commands.printable(String.join(", ", whole))
                            + " keep no bitmaps; they are read whole, and what has changed is found by its content");
        }
    }

    private void tellOfForeign(List<String> checkpoints) {
        long foreign =
                checkpoints.stream().filter(name -> !Checkpoints.isOurs(name)).count();
        if (foreign > 0) {
            context.log()
                    .info("the machine has " + foreign + " checkpoints of another program; they are left alone. If that"
                            + " program removes ours, the next backup reads everything");
        }
    }

    private LiveSession start(Map<String, byte[]> documents, ChangeBase base) throws PluginException {
        context.cancellation().throwIfCancelled();
        SessionNames names = provider.names(context);
        String directory = provider.scratch().directory(names);
        String checkpoint = tracked.isEmpty() ? "" : Checkpoints.newName(names);
        LiveResources resources =
                new LiveResources(provider, context, new Holding(uuid, directory, checkpoint, stats.executing()));
        BackupJob job = new BackupJob(provider, uuid, directory);
        try {
            provider.scratch().create(directory);
            readoptForgotten();
            ChangeBase used = new SnapshotCommands(provider, running, options.commands(), context)
                    .around(() -> hold(job, resources.freeze(), checkpoint, base));
            List<Source> sources = connect(job, resources.connections(), used);
            Token next = new Token(
                    withCheckpoint ? checkpoint : "",
                    old,
                    List.copyOf(tracked.values()),
                    provider.host().name());
            return new LiveSession(resources, documents, sources, used, next, request);
        } catch (PluginException | RuntimeException e) {
            resources.release();
            throw e;
        }
    }

    /** A checkpoint that libvirt has forgotten, but QEMU has not, would stay for ever: it is made known again, to be removed. */
    private void readoptForgotten() throws PluginException {
        for (String name : forgotten) {
            if (provider.checkpoints().readopt(uuid, name, tracked.keySet(), running)) {
                old.add(name);
            }
        }
        forgotten.clear();
    }

    /** Freezes, starts the job, thaws. */
    private ChangeBase hold(BackupJob job, GuestFreeze freeze, String checkpoint, ChangeBase base)
            throws PluginException {
        try {
            freeze.freeze(options.consistency(), running, stats);
            return begin(job, checkpoint, base);
        } finally {
            freeze.thaw();
        }
    }

    /** With changes if possible, otherwise without, otherwise without a checkpoint. */
    private ChangeBase begin(BackupJob job, String checkpoint, ChangeBase base) throws PluginException {
        if (!base.checkpoint().isEmpty()) {
            Host.Output output = begin(job, tracked.keySet(), checkpoint, base.checkpoint());
            if (output.good()) {
                return base;
            }
            PluginException failure = failure(output);
            if (isFinal(failure, output)) {
                throw failure;
            }
            return begin(
                    job,
                    checkpoint,
                    ChangeBase.full(
                            "BITMAP_LOST", "libvirt cannot say what has changed: " + Commands.complaint(output.err())));
        }
        Host.Output output = begin(job, tracked.keySet(), checkpoint, "");
        if (output.good()) {
            return base;
        }
        PluginException failure = failure(output);
        if (checkpoint.isEmpty() || isFinal(failure, output)) {
            throw failure;
        }
        if (!begin(job, Set.of(), "", "").good()) {
            throw failure;
        }
        withCheckpoint = false;
        context.log()
                .warn("libvirt makes no checkpoint (" + Commands.complaint(output.err())
                        + "); the next backup reads everything again. Snapshots of the machine are a usual cause");
        return base;
    }

    /** Whether no other kind of backup job would start either. */
    private static boolean isFinal(PluginException failure, Host.Output output) {
        return failure.kind() == ErrorKind.QUOTA
                || failure.kind() == ErrorKind.PERMISSION
                || failure.kind() == ErrorKind.TIMEOUT
                || output.err().contains("already active");
    }

    private Host.Output begin(BackupJob job, Set<String> bitmaps, String checkpoint, String base)
            throws PluginException {
        List<String> all = running.disks().stream().map(Machine.Disk::target).toList();
        Set<String> chosen = disks.stream().map(Machine.Disk::target).collect(Collectors.toSet());
        List<String> served = all.stream().filter(chosen::contains).toList();
        return job.begin(served, all, bitmaps, checkpoint, base);
    }

    private PluginException failure(Host.Output output) {
        return provider.virsh().failure("cannot start a backup of machine " + uuid, output);
    }

    private List<Source> connect(BackupJob job, NbdConnections connections, ChangeBase base) throws PluginException {
        List<Source> sources = new ArrayList<>();
        for (Machine.Disk disk : disks) {
            String target = disk.target();
            boolean changes = !base.checkpoint().isEmpty() && tracked.containsKey(target);
            String bitmap = changes ? BackupJob.bitmapContext(target) : "";
            NbdClient client = changes
                    ? connections.connect(job.socket(), target, NbdConnectOptions.BASE_ALLOCATION, bitmap)
                    : connections.connect(job.socket(), target, NbdConnectOptions.BASE_ALLOCATION);
            Token.Disk identity = tracked.get(target);
            if (identity != null) {
                tracked.put(target, new Token.Disk(target, identity.path(), identity.inode(), client.size()));
            }
            sources.add(new NbdDisk(target, client, bitmap, context.cancellation()));
        }
        return sources;
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.source.Source;
import io.holdfast.spi.strategy.ChangeToken;
import io.holdfast.spi.strategy.ExportRequest;
import io.holdfast.spi.strategy.ExportSession;
import io.holdfast.spi.strategy.FullReadReason;
import io.holdfast.transport.nbd.NbdConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stopped machine, whose images are read by {@code qemu-nbd}. Its lock on the images keeps the machine from starting until they
 * are read: what is read cannot change.
 */
final class StoppedExport implements ExportSession {

    private final Provider provider;
    private final ExportRequest request;
    private final TaskContext context;
    private final String uuid;
    private final Map<String, byte[]> documents;
    private final String directory;
    private final ImageServers servers;
    private final NbdConnections connections;
    private final SideEffectJournal.Entry entry;
    private final List<Source> sources = new ArrayList<>();
    private final int count;
    private final boolean reverted;
    private boolean released;

    private StoppedExport(
            Provider provider,
            ExportRequest request,
            TaskContext context,
            Map<String, byte[]> documents,
            String directory,
            int count,
            boolean reverted)
            throws PluginException {
        this.provider = provider;
        this.request = request;
        this.context = context;
        this.uuid = request.instance().externalId();
        this.documents = Map.copyOf(documents);
        this.directory = directory;
        this.count = count;
        this.reverted = reverted;
        this.servers = new ImageServers(provider, directory);
        this.entry = provider.record(
                context, Cleanup.SERVERS, Map.of("directory", directory, "disks", Integer.toString(count)));
        this.connections = new NbdConnections(provider.host(), context.cancellation());
    }

    static ExportSession open(Provider provider, ExportRequest request, TaskContext context, String definition)
            throws PluginException {
        Map<String, byte[]> documents = Documents.of(provider, definition, context);
        Machine machine = Machine.parse(definition);
        List<Machine.Disk> disks = DiskChoice.of(machine, InstanceOptions.of(request.settings()), context);
        if (disks.isEmpty()) {
            context.log().warn("the machine has no disks to be read; only its definition is kept");
            return new EmptySession(documents);
        }
        for (Machine.Disk disk : disks) {
            DiskChoice.requirePath(disk);
        }
        String directory = provider.scratch().directory(provider.names(context));
        boolean reverted = request.previous()
                .flatMap(Token::parse)
                .map(Token::checkpoint)
                .filter(RevertNote.checkpoints(machine.document())::contains)
                .isPresent();
        StoppedExport session =
                new StoppedExport(provider, request, context, documents, directory, disks.size(), reverted);
        try {
            session.start(disks);
            return session;
        } catch (PluginException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void start(List<Machine.Disk> disks) throws PluginException {
        provider.scratch().create(directory);
        for (Machine.Disk disk : disks) {
            context.cancellation().throwIfCancelled();
            int number = sources.size();
            servers.start(number, disk.path(), disk.format(), true);
            sources.add(new NbdDisk(
                    disk.target(),
                    connections.connect(servers.socket(number), "", NbdConnectOptions.BASE_ALLOCATION),
                    "",
                    context.cancellation()));
        }
    }

    @Override
    public Map<String, byte[]> metadata() {
        return documents;
    }

    @Override
    public List<Source> sources() {
        return List.copyOf(sources);
    }

    @Override
    public Optional<FullReadReason> fullReadReason() {
        if (reverted) {
            return Optional.of(new FullReadReason(
                    ChangeBase.REVERTED,
                    "the machine went back to a snapshot since the last backup; everything is read"));
        }
        return request.previous().isEmpty()
                ? Optional.empty()
                : Optional.of(new FullReadReason(
                        "MACHINE_STOPPED", "libvirt tells changes of running machines only; everything is read"));
    }

    /**
     * The last backup's checkpoint, if there was one: it goes on counting, so that what has not changed since is the same in this
     * backup, too.
     */
    @Override
    public Optional<ChangeToken> nextToken() {
        return Optional.of(request.superseded()
                .filter(token -> !reverted && Token.parse(token).isPresent())
                .orElseGet(Token::ofStopped));
    }

    @Override
    public void readingDone() throws PluginException {
        if (provider.virsh().stats(uuid).active()) {
            throw new PluginException(
                    ErrorKind.CONFLICT,
                    "the machine was started while its images were read; back it up again, now that it is running");
        }
        release();
    }

    private synchronized void release() throws PluginException {
        if (!released) {
            connections.close();
            servers.stopAll(count);
            provider.scratch().remove(directory);
            entry.undone();
            released = true;
        }
    }

    @Override
    public void close() {
        try {
            release();
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
    }
}

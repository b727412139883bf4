package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine being recreated: images first, under names that nothing has or where the old machine has them, then its definition, in
 * one step.
 */
final class LibvirtImport implements ImportSession {

    private final Provider provider;
    private final TaskContext context;
    private final ImportPlan plan;
    private final String directory;
    private final ImageServers servers;
    private final NbdConnections connections;
    private final NewImages images;
    private final Optional<InPlace> inPlace;
    private final ImportCompletion completion;
    private final SideEffectJournal.Entry entry;
    private final List<String> numbers;
    private final Map<String, Place> complete = new LinkedHashMap<>();
    private boolean ended;

    private LibvirtImport(Provider provider, ImportRequest request, RestoreOptions options, TaskContext context)
            throws PluginException {
        this.provider = provider;
        this.context = context;
        this.plan = new ImportPlanner(provider, request, options, context).plan();
        this.directory = provider.scratch().directory(provider.names(context));
        this.servers = new ImageServers(provider, directory);
        this.numbers = new ArrayList<>(plan.images().keySet());
        this.completion = new ImportCompletion(provider, plan, options, request.metadata(), context, directory);
        this.entry = provider.record(context, Cleanup.IMPORT, ImportFiles.details(plan, directory));
        this.connections = new NbdConnections(provider.host(), context.cancellation());
        this.images = new NewImages(provider, context, directory, servers, connections);
        this.inPlace = plan.inPlace().isEmpty() ? Optional.empty() : Optional.of(new InPlace(provider, plan, context));
    }

    static LibvirtImport open(Provider provider, ImportRequest request, RestoreOptions options, TaskContext context)
            throws PluginException {
        LibvirtImport session = new LibvirtImport(provider, request, options, context);
        try {
            provider.scratch().create(session.directory);
            session.completion.prepare();
            return session;
        } catch (PluginException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public DiskTarget openDisk(String name, long size) throws PluginException {
        context.cancellation().throwIfCancelled();
        int number = numbers.indexOf(name);
        Place place = plan.images().get(name);
        if (place == null) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "the backup has a disk " + Commands.printable(name) + " that its definition of the machine lacks");
        }
        if (inPlace.isPresent()) {
            Place old = plan.inPlace().getOrDefault(name, place);
            Optional<DiskTarget> target =
                    inPlace.get().open(name, size, number, servers, connections, () -> completed(name, old));
            if (target.isPresent()) {
                return target.get();
            }
            if (place.equals(old)) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "disk " + Commands.printable(name)
                                + " has another size now; say where its image is to be made (setting disks)");
            }
        }
        return images.open(name, size, place, number, () -> completed(name, place));
    }

    private void completed(String name, Place place) {
        synchronized (complete) {
            complete.put(name, place);
        }
    }

    @Override
    public synchronized String complete() throws PluginException {
        context.cancellation().throwIfCancelled();
        connections.close();
        Map<String, Place> restored;
        synchronized (complete) {
            restored = new LinkedHashMap<>(complete);
        }
        completion.write(restored, inPlace);
        provider.scratch().remove(directory);
        entry.undone();
        ended = true;
        return completion.start(restored.size());
    }

    @Override
    public synchronized void close() {
        connections.close();
        if (ended) {
            return;
        }
        ended = true;
        try {
            new ImportFiles(provider, entry.details()).remove();
            entry.undone();
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
        inPlace.ifPresent(InPlace::close);
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.DiskTarget;
import io.holdfast.spi.strategy.ImportRequest;
import io.holdfast.spi.strategy.ImportSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A machine being recreated: images first, under names that nothing has, then its definition, in one step. */
final class LibvirtImport implements ImportSession {

    private final Provider provider;
    private final ImportPlan plan;
    private final RestoreOptions options;
    private final TaskContext context;
    private final String directory;
    private final byte @Nullable [] nvram;
    private final ImageServers servers;
    private final NbdConnections connections;
    private final SideEffectJournal.Entry entry;
    private final List<String> numbers;
    private final Map<String, String> complete = new LinkedHashMap<>();
    private boolean ended;

    private LibvirtImport(Provider provider, ImportRequest request, TaskContext context) throws PluginException {
        SessionNames names = provider.names(context);
        this.provider = provider;
        this.context = context;
        this.options = RestoreOptions.of(request.settings());
        this.plan = ImportPlan.of(provider, request, options, names);
        this.directory = provider.scratch().directory(names);
        this.nvram = request.metadata().get(Documents.NVRAM);
        this.servers = new ImageServers(provider, directory);
        this.numbers = new ArrayList<>(plan.images().keySet());
        this.entry = context.journal().record(Cleanup.IMPORT, ImportFiles.details(plan, directory));
        this.connections = new NbdConnections(provider.host(), context.cancellation());
    }

    static LibvirtImport open(Provider provider, ImportRequest request, TaskContext context) throws PluginException {
        LibvirtImport session = new LibvirtImport(provider, request, context);
        try {
            provider.scratch().create(session.directory);
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
        if (number < 0) {
            throw new PluginException(
                    ErrorKind.CORRUPT_DATA,
                    "the backup has a disk " + Commands.printable(name) + " that its definition of the machine lacks");
        }
        String image = plan.images().getOrDefault(name, "");
        String what = "cannot make the image " + Commands.printable(image);
        Commands commands = provider.commands();
        commands.must(what, "install", "-m", "600", "/dev/null", image);
        commands.must(what, "qemu-img", "create", "-q", "-f", "qcow2", "--", image, Long.toString(size));
        servers.start(number, image, "qcow2", false);
        return new ImageTarget(
                name,
                connections.connect(servers.socket(number), ""),
                context.cancellation(),
                () -> {
                    servers.stop(number);
                    synchronized (complete) {
                        complete.put(name, image);
                    }
                },
                () -> discard(number, image));
    }

    private void discard(int number, String image) {
        try {
            servers.stop(number);
            provider.commands().removeFile(image);
        } catch (PluginException e) {
            context.log().warn("an unfinished image is left for later removal: " + e.getMessage());
        }
    }

    @Override
    public synchronized String complete() throws PluginException {
        context.cancellation().throwIfCancelled();
        connections.close();
        Machine machine = plan.machine();
        RestoredDefinition definition = new RestoredDefinition(machine);
        definition.identify(plan.name(), plan.uuid(), !options.keepsIdentity());
        definition.placeDisks(Map.copyOf(complete));
        if (!definition.removed().isEmpty()) {
            context.log()
                    .warn("not in the backup, and not in the restored machine: disks "
                            + Commands.printable(String.join(", ", definition.removed())));
        }
        definition.placeNvram(plan.nvram());
        if (nvram != null && !plan.nvram().isEmpty()) {
            provider.commands().writeFile(plan.nvram(), nvram);
        }
        SideEffectJournal.Entry replaced = plan.replaced().isEmpty()
                ? null
                : context.journal().record(Cleanup.REPLACED, ImportFiles.replacedDetails(plan));
        define(definition.format());
        if (replaced != null) {
            forgetReplaced();
            ImportFiles.removeReplaced(provider, replaced.details());
            replaced.undone();
        }
        provider.scratch().remove(directory);
        entry.undone();
        ended = true;
        return start();
    }

    private void define(String xml) throws PluginException {
        String file = directory + "/domain.xml";
        provider.commands().writeFile(file, xml.getBytes(StandardCharsets.UTF_8));
        provider.virsh().must("cannot define the machine '" + Commands.printable(plan.name()) + "'", "define", file);
    }

    /** The checkpoints of the machine that was replaced spoke of images that are gone. */
    private void forgetReplaced() throws PluginException {
        List<String> checkpoints = provider.virsh().checkpoints(plan.uuid());
        for (String checkpoint : checkpoints) {
            provider.virsh()
                    .attempt(
                            Virsh.LIMIT,
                            "checkpoint-delete",
                            "--metadata",
                            "--domain=" + plan.uuid(),
                            "--checkpointname=" + checkpoint);
        }
        if (!checkpoints.isEmpty()) {
            context.log().info("the checkpoints of the replaced machine went with its images");
        }
    }

    private String start() {
        String made = "Machine '" + Commands.printable(plan.name()) + "' (" + plan.uuid() + ") was "
                + (plan.replaced().isPresent() ? "replaced" : "made") + " on "
                + provider.host().name() + " with "
                + complete.size() + " disks";
        if (!options.starts()) {
            return made + ".";
        }
        try {
            provider.virsh().must("cannot start the restored machine", "start", "--domain=" + plan.uuid());
            return made + " and started.";
        } catch (PluginException e) {
            context.log().warn(String.valueOf(e.getMessage()));
            return made + "; it did not start: " + Commands.complaint(String.valueOf(e.getMessage()));
        }
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
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.InstantRequest;
import io.holdfast.spi.strategy.InstantSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A machine that runs from a backup: its disks are in this node, reached through a socket on the host. */
final class InstantMachine implements InstantSession {

    private static final int WAKE_TRIES = 20;
    private static final long WAKE_MILLIS = 150;

    private final Provider provider;
    private final InstantRequest request;
    private final TaskContext context;
    private final InstantPlan plan;
    private final InstantDefinition definitions;
    private final SideEffectJournal.Entry entry;
    private @Nullable InstantDisks disks;
    private final boolean taken;
    private boolean ended;

    private InstantMachine(
            Provider provider,
            InstantRequest request,
            TaskContext context,
            InstantPlan plan,
            InstantOptions options,
            SideEffectJournal.Entry entry,
            boolean taken) {
        this.taken = taken;
        this.provider = provider;
        this.request = request;
        this.context = context;
        this.plan = plan;
        this.definitions = new InstantDefinition(request, plan, options);
        this.entry = entry;
    }

    static InstantSession open(Provider provider, InstantRequest request, TaskContext context) throws PluginException {
        InstantOptions options = InstantOptions.of(request.settings());
        Optional<SideEffectJournal.Entry> earlier = request.earlier().stream()
                .filter(it -> it.kind().equals(Cleanup.INSTANT))
                .findFirst();
        InstantPlan plan = earlier.isPresent()
                ? InstantPlan.of(earlier.get().details())
                : InstantPlan.fresh(provider, request, options, provider.names(context));
        SideEffectJournal.Entry entry =
                earlier.isPresent() ? earlier.get() : provider.record(context, Cleanup.INSTANT, plan.details());
        InstantMachine session =
                new InstantMachine(provider, request, context, plan, options, entry, earlier.isPresent());
        try {
            session.begin();
            return session;
        } catch (PluginException | RuntimeException e) {
            if (earlier.isEmpty()) {
                session.giveUp();
            }
            session.close();
            throw e;
        }
    }

    private void begin() throws PluginException {
        Path started = request.directory().resolve("started");
        InstantHost host = new InstantHost(provider, plan);
        host.prepare(definitions.running());
        if (Files.exists(started)) {
            move(Optional.empty()).abandon();
            disks = InstantDisks.serve(provider.host(), request, plan);
        } else {
            disks = InstantDisks.serve(provider.host(), request, plan);
            start(host);
            mark(started);
            return;
        }
        for (int i = 0; i < WAKE_TRIES && wake(); i++) {
            pause();
        }
    }

    private void start(InstantHost host) throws PluginException {
        byte[] nvram = request.metadata().get(Documents.NVRAM);
        if (nvram != null && !plan.nvram().isEmpty()) {
            provider.commands().writeFile(plan.nvram(), nvram);
        }
        boolean died = taken && provider.virsh().uuids().contains(plan.uuid());
        if (!died || !provider.virsh().stats(plan.uuid()).active()) { // else between the start and its mark
            host.start();
        }
    }

    private void define(String xml) throws PluginException {
        String file = plan.directory() + "/domain.xml";
        provider.commands().writeFile(file, xml.getBytes(StandardCharsets.UTF_8));
        provider.virsh().must("cannot define " + shown(), "define", file);
    }

    private static void mark(Path started) throws PluginException {
        try {
            Files.createFile(started);
        } catch (IOException e) {
            throw new PluginException(ErrorKind.UNAVAILABLE, "cannot make " + started, e);
        }
    }

    private String shown() {
        return "the machine '" + Commands.printable(plan.name()) + "' (" + plan.uuid() + ")";
    }

    @Override
    public String place() {
        return "Machine '" + Commands.printable(plan.name()) + "' (" + plan.uuid() + ") runs on "
                + provider.host().name() + " from the backup";
    }

    @Override
    public void tend() throws PluginException {
        InstantDisks served = disks;
        if (served != null) {
            served.check();
        }
        wake();
    }

    /**
     * Lets the machine go on if it was halted because its disks did not answer. The first request after that only begins to connect
     * again, so that it may be halted once more.
     *
     * @return whether it was halted
     */
    private boolean wake() throws PluginException {
        Host.Output said = provider.virsh()
                .attempt(Virsh.LIMIT, "domstats", "--state", "--raw", "--nowait", "--domain=" + plan.uuid());
        if (!said.good()) {
            if (provider.virsh().uuids().contains(plan.uuid())) {
                throw provider.virsh().failure("cannot read the state of " + shown(), said);
            }
            return false; // somebody removed it
        }
        if (!MachineStats.parse(said.text()).haltedByDisk()) {
            return false;
        }
        provider.virsh().must("cannot let " + shown() + " go on", "resume", "--domain=" + plan.uuid());
        return true;
    }

    private static void pause() throws PluginException {
        try {
            new CountDownLatch(1).await(WAKE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a machine was woken", e);
        }
    }

    private StorageMove move(Optional<SideEffectJournal.Entry> recorded) {
        Optional<SideEffectJournal.Entry> known = recorded.or(() -> request.earlier().stream()
                .filter(it -> it.kind().equals(Cleanup.INSTANT_IMAGES))
                .findFirst());
        return new StorageMove(provider, plan, context, known);
    }

    @Override
    public String move() throws PluginException {
        context.cancellation().throwIfCancelled();
        StorageMove move = move(Optional.empty());
        boolean runs = move.run(this::wake);
        define(definitions.moved());
        InstantDisks served = disks;
        if (served != null) {
            served.close();
            disks = null;
        }
        provider.scratch().remove(plan.directory());
        move.entry().undone();
        entry.undone();
        ended = true;
        return "Machine '" + Commands.printable(plan.name()) + "' (" + plan.uuid() + ") was moved to "
                + plan.images().size() + " images on " + provider.host().name()
                + (runs ? " while it ran." : "; it is stopped.");
    }

    @Override
    public void discard() throws PluginException {
        if (!ended) {
            InstantFiles files = new InstantFiles(provider, plan);
            files.removeMachine();
            InstantDisks served = disks;
            if (served != null) {
                served.close();
                disks = null;
            }
            files.removeFiles();
            Optional<SideEffectJournal.Entry> images = move(Optional.empty()).known();
            if (images.isPresent()) {
                images.get().undone();
            }
            entry.undone();
            ended = true;
        }
    }

    private void giveUp() {
        try {
            discard();
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        InstantDisks served = disks;
        disks = null;
        if (served != null) {
            served.close();
        }
    }
}

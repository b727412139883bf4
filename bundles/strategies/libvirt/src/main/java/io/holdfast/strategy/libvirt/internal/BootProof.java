package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.InstantRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Boots a machine from a backup, with nothing that reaches out of it, and sees whether it comes up. Transient: it is gone when it ends. */
final class BootProof {

    private static final long LOOK_MILLIS = 500;
    private static final int CONSOLE_LINES = 200;
    private static final String CONSOLE_BYTES = "65536";

    private final Provider provider;
    private final InstantRequest request;
    private final TaskContext context;
    private final ProofOptions options;
    private final InstantPlan plan;
    private final GuestCommand guest;
    private final List<String> passed = new ArrayList<>();
    private boolean agent;
    private boolean commanded;
    private boolean console;
    private Optional<String> process = Optional.empty();

    private BootProof(Provider provider, InstantRequest request, TaskContext context) throws PluginException {
        this.provider = provider;
        this.request = request;
        this.context = context;
        this.options = ProofOptions.of(request.settings());
        this.plan = InstantPlan.ofProof(provider, request, provider.names(context));
        this.guest = new GuestCommand(provider.virsh(), plan.uuid());
        this.agent = !options.agent() && options.command().isEmpty();
        this.commanded = options.command().isEmpty();
        this.console = options.consoleText().isEmpty();
    }

    static BootReport run(Provider provider, InstantRequest request, TaskContext context) throws PluginException {
        BootProof proof = new BootProof(provider, request, context);
        if (proof.agent && proof.console) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "nothing is to be checked; ask for the guest agent, a command or a text on the console");
        }
        SideEffectJournal.Entry entry = provider.record(context, Cleanup.INSTANT, proof.plan.details());
        InstantFiles files = new InstantFiles(provider, proof.plan);
        try {
            BootReport report = proof.boot();
            files.remove();
            entry.undone();
            return report;
        } catch (PluginException | RuntimeException e) {
            proof.remove(files, entry);
            throw e;
        }
    }

    private void remove(InstantFiles files, SideEffectJournal.Entry entry) {
        try {
            files.remove();
            entry.undone();
        } catch (PluginException e) {
            context.log().warn("something is left on the host and will be removed later: " + e.getMessage());
        }
    }

    private BootReport boot() throws PluginException {
        InstantHost host = new InstantHost(provider, plan);
        host.prepare(InstantDefinition.isolated(request, plan));
        byte[] nvram = request.metadata().get(Documents.NVRAM);
        if (nvram != null && !plan.nvram().isEmpty()) {
            provider.commands().writeFile(plan.nvram(), nvram);
        }
        try (InstantDisks disks = InstantDisks.serve(provider.host(), request, plan)) {
            context.progress().step("Booting the machine in isolation");
            long begun = System.nanoTime();
            provider.virsh()
                    .must("cannot start the machine that is to be proven", "create", plan.directory() + "/domain.xml");
            BootReport report = watch(begun);
            new InstantFiles(provider, plan).removeMachine();
            return report;
        }
    }

    private BootReport watch(long begun) throws PluginException {
        while (true) {
            context.cancellation().throwIfCancelled();
            Optional<String> failed = look();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            if (failed.isPresent()) {
                return report(false, failed.get() + " after " + seconds + " s");
            }
            if (agent && commanded && console) {
                return report(true, "passed after " + seconds + " s: " + String.join(", ", passed));
            }
            if (seconds >= options.limit().toSeconds()) {
                return report(false, "after " + seconds + " s " + missing());
            }
            pause();
        }
    }

    /** @return what has gone wrong for good */
    private Optional<String> look() throws PluginException {
        if (!provider.virsh().uuids().contains(plan.uuid())) {
            return Optional.of("the machine has stopped by itself");
        }
        if (!console && shown(options.consoleText().orElse(""))) {
            console = true;
            passed.add("the console shows the text");
        }
        if (!agent && guest.answers()) {
            agent = true;
            passed.add("the guest agent answers");
        }
        return agent && !commanded ? command() : Optional.empty();
    }

    private Optional<String> command() throws PluginException {
        if (process.isEmpty()) {
            process = guest.start(options.command());
            return process.isEmpty()
                    ? Optional.of("the guest agent does not run "
                            + Commands.printable(options.command().get(0)))
                    : Optional.empty();
        }
        OptionalInt exit = guest.ended(process.get());
        if (exit.isPresent() && exit.getAsInt() == 0) {
            commanded = true;
            passed.add("the command ended with 0");
        }
        return exit.isPresent() && exit.getAsInt() != 0
                ? Optional.of("the command ended with " + exit.getAsInt())
                : Optional.empty();
    }

    private String missing() {
        List<String> missing = new ArrayList<>();
        if (!console) {
            missing.add("the console does not show the text");
        }
        if (!agent) {
            missing.add("the guest agent does not answer");
        } else if (!commanded) {
            missing.add("the command has not ended");
        }
        return String.join(", ", missing);
    }

    private boolean shown(String text) throws PluginException {
        return written().contains(text);
    }

    private String written() throws PluginException {
        return provider.commands()
                .run("tail", "-c", CONSOLE_BYTES, "--", InstantDefinition.console(plan))
                .text();
    }

    private BootReport report(boolean good, String message) throws PluginException {
        List<String> lines = written()
                .lines()
                .map(it -> Commands.printable(it.stripTrailing()))
                .filter(it -> !it.isEmpty())
                .toList();
        return new BootReport(good, message, lines.subList(Math.max(0, lines.size() - CONSOLE_LINES), lines.size()));
    }

    private static void pause() throws PluginException {
        try {
            new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorKind.CANCELLED, "interrupted while a machine was booted", e);
        }
    }
}

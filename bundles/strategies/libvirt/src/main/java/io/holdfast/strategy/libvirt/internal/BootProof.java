package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.BootReport;
import io.holdfast.spi.strategy.InstantRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Boots a machine from a backup, with nothing that reaches out of it, and sees whether it comes up. Transient: it is gone when it ends. */
final class BootProof {

    private static final long LOOK_MILLIS = 500;

    private final Provider provider;
    private final InstantRequest request;
    private final TaskContext context;
    private final ProofOptions options;
    private final InstantPlan plan;
    private final ProofConsole console;
    private final ProofForwards forwards;
    private final List<ProofCheck> open = new ArrayList<>();
    private final List<String> passed = new ArrayList<>();
    private List<String> output = List.of();

    private BootProof(Provider provider, InstantRequest request, TaskContext context) throws PluginException {
        this.provider = provider;
        this.request = request;
        this.context = context;
        this.options = ProofOptions.of(request.settings());
        this.plan = InstantPlan.ofProof(provider, request, provider.names(context));
        this.console = new ProofConsole(provider.commands(), InstantDefinition.console(plan));
        this.forwards = new ProofForwards(provider, plan.uuid(), options.network());
        options.consoleText().ifPresent(text -> open.add(console.shows(text)));
        if (options.agent() || !options.command().isEmpty()) {
            open.add(new ProofAgent(new GuestCommand(provider.virsh(), plan.uuid()), options.command()));
        }
        open.addAll(forwards.checks());
    }

    static BootReport run(Provider provider, InstantRequest request, TaskContext context) throws PluginException {
        BootProof proof = new BootProof(provider, request, context);
        if (!proof.options.checkAnything()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "nothing is to be checked; ask for the guest agent, a command, a text on the console, TCP ports or a"
                            + " script");
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
        host.prepare(InstantDefinition.isolated(request, plan, options));
        byte[] nvram = request.metadata().get(Documents.NVRAM);
        if (nvram != null && !plan.nvram().isEmpty()) {
            provider.commands().writeFile(plan.nvram(), nvram);
        }
        try (InstantDisks disks = InstantDisks.serve(provider.host(), request, plan)) {
            context.progress().step("Booting the machine in isolation");
            long begun = System.nanoTime();
            provider.virsh()
                    .must("cannot start the machine that is to be proven", "create", plan.directory() + "/domain.xml");
            if (options.network().used()) {
                forwards.find();
            }
            BootReport report = watch(begun);
            new InstantFiles(provider, plan).removeMachine();
            return report;
        }
    }

    private BootReport watch(long begun) throws PluginException {
        while (true) {
            context.cancellation().throwIfCancelled();
            List<String> missing = new ArrayList<>();
            Optional<String> failed = look(missing);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            long left = options.limit().toSeconds() - seconds;
            if (failed.isEmpty() && open.isEmpty() && !options.script().isEmpty() && left > 0) {
                failed = script(Duration.ofSeconds(left));
                seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
                left = 1; // it had its limit
            }
            if (failed.isPresent()) {
                return report(false, failed.get() + " after " + seconds + " s");
            }
            if (open.isEmpty() && left > 0) {
                return report(true, "passed after " + seconds + " s: " + String.join(", ", passed));
            }
            if (left <= 0) {
                return report(false, "after " + seconds + " s " + String.join(", ", missing));
            }
            pause();
        }
    }

    /** @return what has gone wrong for good */
    private Optional<String> look(List<String> missing) throws PluginException {
        if (stopped()) {
            return Optional.of("the machine has stopped by itself");
        }
        try {
            for (ProofCheck check : List.copyOf(open)) {
                ProofCheck.Look look = check.look();
                switch (look.verdict()) {
                    case PASSED -> {
                        open.remove(check);
                        passed.add(look.text());
                    }
                    case MISSING -> missing.add(look.text());
                    case FAILED -> {
                        return Optional.of(look.text());
                    }
                }
            }
            return Optional.empty();
        } catch (PluginException e) {
            if (e.kind() != ErrorKind.CANCELLED && stopped()) {
                return Optional.of("the machine has stopped by itself");
            }
            throw e;
        }
    }

    private boolean stopped() throws PluginException {
        return !provider.virsh().uuids().contains(plan.uuid());
    }

    /** @return what it has found wrong */
    private Optional<String> script(Duration limit) throws PluginException {
        context.progress().step("Running the script");
        ProofScript script = new ProofScript(provider, options.script());
        Optional<String> failed = script.run(plan, InstantPlan.machine(request).name(), forwards.ports(), limit);
        output = script.output();
        if (failed.isEmpty()) {
            passed.add("the script ended with 0");
        }
        return failed;
    }

    private BootReport report(boolean good, String message) throws PluginException {
        byte[] picture =
                options.screenshot() && !stopped() ? new ProofScreen(provider, plan).take(context) : new byte[0];
        return new BootReport(good, message, console.lines(), output, picture);
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

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs what somebody wants to be run before and after the disks are held still. The command after is run whenever the one before was
 * begun, and by the journal if the node has died in between: what was halted goes on.
 */
final class SnapshotCommands {

    static final String JOURNAL = "libvirt-command-after";

    private static final int KILL_AFTER_SECONDS = 5;
    /** What {@code timeout} of GNU coreutils says when it has ended a program. */
    private static final int TIMED_OUT = 124;

    private final Provider provider;
    private final String uuid;
    private final String name;
    private final CommandOptions options;
    private final TaskContext context;

    /** Something that holds disks still. */
    interface Moment<T> {
        T run() throws PluginException;
    }

    SnapshotCommands(Provider provider, Machine machine, CommandOptions options, TaskContext context) {
        this.provider = provider;
        this.uuid = machine.uuid();
        this.name = machine.name();
        this.options = options;
        this.context = context;
    }

    /** Runs the command before, the moment, and the command after, whatever has happened until then. */
    <T> T around(Moment<T> moment) throws PluginException {
        Optional<SideEffectJournal.Entry> entry = Optional.empty();
        if (options.before().isPresent() && options.after().isPresent()) {
            entry = Optional.of(
                    provider.record(context, JOURNAL, details(options.after().get())));
        }
        T result;
        try {
            if (options.before().isPresent()) {
                tell(options.before().get(), tried(options.before().get(), "before"));
            }
            result = moment.run();
        } catch (PluginException | RuntimeException e) {
            try {
                after(entry);
            } catch (PluginException also) {
                context.log().warn(String.valueOf(also.getMessage()));
            }
            throw e;
        }
        after(entry);
        return result;
    }

    private void after(Optional<SideEffectJournal.Entry> entry) throws PluginException {
        if (options.after().isEmpty()) {
            return;
        }
        Optional<PluginException> failure = tried(options.after().get(), "after");
        // one that has said no would say so again; only what may not have been run is left to the journal
        if (entry.isPresent()
                && failure.filter(e -> e.kind() != ErrorKind.CONFLICT).isEmpty()) {
            entry.get().undone();
        }
        tell(options.after().get(), failure);
    }

    /** Fails or warns, as somebody wants it. */
    private void tell(CommandOptions.Command command, Optional<PluginException> failure) throws PluginException {
        if (failure.isEmpty()) {
            return;
        }
        if (command.fails() || failure.get().kind() == ErrorKind.CANCELLED) {
            throw failure.get();
        }
        context.log().warn(String.valueOf(failure.get().getMessage()));
    }

    /** Runs a command; {@code CONFLICT} if it has ended with a code that is not good. */
    private Optional<PluginException> tried(CommandOptions.Command command, String when) {
        String what = "the command " + when + " the backup of the machine ("
                + options.place().word() + ": "
                + Commands.printable(command.argv().get(0)) + ")";
        try {
            Host.Output output = run(command);
            if (command.good().contains(output.exit())) {
                return Optional.empty();
            }
            return Optional.of(new PluginException(
                    ErrorKind.CONFLICT,
                    what + " has ended with " + output.exit() + ", and not with one of " + command.good()
                            + "; it says: " + Commands.complaint(output.err())));
        } catch (PluginException e) {
            return Optional.of(new PluginException(e.kind(), what + " did not succeed: " + e.getMessage(), e));
        }
    }

    private Host.Output run(CommandOptions.Command command) throws PluginException {
        List<String> environment = List.of("HOLDFAST_MACHINE_UUID=" + uuid, "HOLDFAST_MACHINE_NAME=" + name);
        return switch (options.place()) {
            case HOST -> onHost(provider, command.argv(), environment, command.limit());
            case AGENT ->
                new AgentExec(provider.virsh(), uuid, context.cancellation())
                        .run(command.argv(), environment, command.limit());
            case SSH -> {
                try (Host guest = options.guest()) {
                    yield guest.run(withEnvironment(environment, command.argv()), new byte[0], command.limit());
                }
            }
        };
    }

    private static List<String> withEnvironment(List<String> environment, List<String> argv) {
        List<String> whole = new ArrayList<>(List.of("env"));
        whole.addAll(environment);
        whole.addAll(argv);
        return whole;
    }

    /** A program that is ended on the host itself when its time is over, even if the connection to the host is. */
    static Host.Output onHost(Provider provider, List<String> argv, List<String> environment, Duration limit)
            throws PluginException {
        List<String> limited = new ArrayList<>(
                List.of("timeout", "--kill-after=" + KILL_AFTER_SECONDS, Long.toString(limit.toSeconds())));
        limited.addAll(argv);
        Host.Output output = provider.host()
                .run(withEnvironment(environment, limited), new byte[0], limit.plusSeconds(3L * KILL_AFTER_SECONDS));
        if (output.exit() == TIMED_OUT) {
            throw new PluginException(
                    ErrorKind.TIMEOUT, "it has not ended within " + limit.toSeconds() + " s and was ended");
        }
        return output;
    }

    private Map<String, String> details(CommandOptions.Command command) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("machine", uuid);
        details.put("name", name);
        details.put("place", options.place().word());
        details.put("limit", command.limit().toString());
        details.put("arguments", Integer.toString(command.argv().size()));
        for (int i = 0; i < command.argv().size(); i++) {
            details.put("argument" + i, command.argv().get(i));
        }
        return details;
    }

    /** Runs the command after for a task whose node has died. */
    static void undo(Provider provider, SideEffectJournal.Entry entry, TaskContext context) throws PluginException {
        Map<String, String> details = entry.details();
        List<String> argv = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(details.getOrDefault("arguments", "0")); i++) {
            argv.add(Cleanup.of(details, "argument" + i));
        }
        String uuid = Uuids.require(Cleanup.of(details, "machine"));
        List<String> environment =
                List.of("HOLDFAST_MACHINE_UUID=" + uuid, "HOLDFAST_MACHINE_NAME=" + Cleanup.of(details, "name"));
        Duration limit = Duration.parse(details.getOrDefault("limit", "PT1M"));
        String program = Commands.printable(argv.isEmpty() ? "" : argv.get(0));
        switch (CommandOptions.Place.of(Cleanup.of(details, "place"))) {
            case HOST -> told(onHost(provider, argv, environment, limit), program, context);
            case AGENT -> {
                if (provider.virsh().uuids().contains(uuid)
                        && provider.virsh().stats(uuid).executing()) {
                    AgentExec agent = new AgentExec(provider.virsh(), uuid, context.cancellation());
                    told(agent.run(argv, environment, limit), program, context);
                }
            }
            case SSH ->
                context.log()
                        .warn("the node died before the command " + program
                                + " was run in the guest; run it there, or back the machine up again");
        }
        entry.undone();
    }

    private static void told(Host.Output output, String program, TaskContext context) {
        context.log()
                .info("the command " + program + " was run after a backup that had died, and ended with "
                        + output.exit());
    }
}

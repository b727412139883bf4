package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * libvirt's own client, run on the host. Machines are named to it by UUID only, so that no name is taken for an option or a number;
 * of its answers only XML, {@code --name}, {@code --uuid} and {@code domstats --raw} are read.
 */
final class Virsh {

    static final Duration LIMIT = Duration.ofSeconds(120);

    private static final int UUID_LENGTH = 36;
    private static final String STATS = "domstats --state --block --raw --nowait";
    private static final String DEFINITION = "dumpxml --inactive --migratable --security-info";

    private final Host host;
    private final String uri;

    Virsh(Host host, String uri) {
        this.host = host;
        this.uri = uri;
    }

    String uri() {
        return uri;
    }

    /** Runs a command, whatever it says. */
    Host.Output attempt(Duration limit, String... command) throws PluginException {
        List<String> argv = new ArrayList<>(List.of("env", "LC_ALL=C", "virsh", "-q", "-c", uri));
        argv.addAll(List.of(command));
        return host.run(argv, new byte[0], limit);
    }

    /**
     * Runs a command that must succeed.
     *
     * @param what was attempted, for the message
     * @return its standard output
     */
    String must(String what, String... command) throws PluginException {
        Host.Output output = attempt(LIMIT, command);
        if (!output.good()) {
            throw failure(what, output);
        }
        return output.text();
    }

    /** The failure of a command in words. */
    PluginException failure(String what, Host.Output output) {
        if (output.exit() == Host.NO_SUCH_PROGRAM) {
            return new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    what + " on " + host.name() + ": there is no virsh; install the client of libvirt"
                            + " (Debian: libvirt-clients, Red Hat: libvirt-client)");
        }
        LibvirtErrors.Meaning meaning = LibvirtErrors.of(output.err());
        return new PluginException(
                meaning.kind(),
                what + " on " + host.name() + ": " + Commands.complaint(output.err()) + "; " + meaning.advice());
    }

    /**
     * Runs several commands with one request. virsh goes on after one that fails, and its exit status is that of the last one.
     *
     * @param commands each a command with arguments that need no quoting: options, UUIDs and names of ours
     * @return what each has said, empty if it failed or said nothing; the exit status of the last; what all complained of
     */
    Batch batch(String... commands) throws PluginException {
        for (String command : commands) {
            if (!command.matches("[A-Za-z0-9=._ -]+")) {
                throw new IllegalArgumentException("would need quoting: " + command);
            }
        }
        String mark = "holdfast-" + java.util.UUID.randomUUID(); // cannot be in what somebody else has written
        Host.Output output = attempt(LIMIT, String.join("; echo " + mark + "; ", commands));
        String[] parts = output.text().split(mark + "\\R?", -1);
        List<String> said = new ArrayList<>(List.of(parts));
        while (said.size() < commands.length) {
            said.add("");
        }
        return new Batch(List.copyOf(said), output);
    }

    /**
     * What several commands have said.
     *
     * @param said the standard output of each
     * @param output of all of them, with the exit status of the last
     */
    record Batch(List<String> said, Host.Output output) {}

    private List<String> lines(String what, String... command) throws PluginException {
        return must(what, command).lines().filter(line -> !line.isBlank()).toList();
    }

    /** What a command lists with {@code --name}, names with spaces at their ends without these. */
    List<String> names(String what, String... command) throws PluginException {
        return lines(what, command).stream().map(String::strip).toList();
    }

    List<String> uuids() throws PluginException {
        return names("cannot list machines", "list", "--all", "--uuid");
    }

    /** The UUIDs of all machines by name. A space at the end of a name is not seen. */
    Map<String, String> uuidsByName() throws PluginException {
        Map<String, String> found = new HashMap<>();
        must("cannot list machines", "list", "--all", "--uuid", "--name")
                .lines()
                .forEach(line -> {
                    if (line.length() > UUID_LENGTH + 1 && Uuids.isOne(line.substring(0, UUID_LENGTH))) {
                        found.put(line.substring(UUID_LENGTH + 1).stripTrailing(), line.substring(0, UUID_LENGTH));
                    }
                });
        return found;
    }

    /** All that a backup needs to know of a machine. */
    MachineState state(String uuid) throws PluginException {
        String domain = " --domain=" + Uuids.require(uuid);
        Batch batch = batch(
                STATS + domain,
                "dumpxml" + domain,
                DEFINITION + domain,
                "backup-dumpxml" + domain,
                "checkpoint-list --name" + domain);
        List<String> said = batch.said();
        MachineStats stats = MachineStats.parse(said.get(0));
        boolean lacking = said.subList(0, 3).stream().anyMatch(String::isBlank);
        if (lacking || stats.active() && !batch.output().good()) {
            throw failure("cannot read the state of machine " + uuid, batch.output());
        }
        return new MachineState(
                stats,
                said.get(1),
                said.get(2),
                !said.get(3).isBlank(),
                said.get(4)
                        .lines()
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    /** The definition from which a machine starts next, with its secrets. */
    String definition(String uuid) throws PluginException {
        return must("cannot read the definition of machine " + uuid, words(DEFINITION, uuid));
    }

    /** Ends the backup job of a machine: what that said, the machine's state, and the job if there still is one. */
    Batch endJob(String uuid) throws PluginException {
        String domain = " --domain=" + Uuids.require(uuid);
        return batch("domjobabort" + domain, STATS + domain, "backup-dumpxml" + domain);
    }

    private static String[] words(String command, String uuid) {
        return (command + " --domain=" + uuid).split(" ");
    }

    /** The definition by which a machine runs now; the same as {@link #definition} if it does not. */
    String running(String uuid) throws PluginException {
        return must("cannot read the state of machine " + uuid, "dumpxml", "--domain=" + uuid);
    }

    MachineStats stats(String uuid) throws PluginException {
        return MachineStats.parse(must("cannot read the state of machine " + uuid, words(STATS, uuid)));
    }

    List<String> checkpoints(String uuid) throws PluginException {
        return names("cannot list checkpoints of machine " + uuid, "checkpoint-list", "--name", "--domain=" + uuid);
    }

    String checkpoint(String uuid, String name) throws PluginException {
        return must(
                "cannot read checkpoint " + name + " of machine " + uuid,
                "checkpoint-dumpxml",
                "--domain=" + uuid,
                "--checkpointname=" + name);
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program of the host that looks at a machine that is booted to prove its backup. */
final class ProofScript {

    private static final int LINES = 50;
    /** What {@code timeout} of GNU coreutils, and every shell, says of a program that cannot be run. */
    private static final int CANNOT_RUN = 126;

    private final Provider provider;
    private final List<String> argv;
    private List<String> output = List.of();

    ProofScript(Provider provider, List<String> argv) {
        this.provider = provider;
        this.argv = List.copyOf(argv);
    }

    /**
     * Runs it to its end.
     *
     * @param name of the machine that was backed up
     * @param ports of the host's loopback, by the guest's
     * @return what it has found wrong
     */
    Optional<String> run(InstantPlan plan, String name, Map<Integer, Integer> ports, Duration limit)
            throws PluginException {
        List<String> environment = new ArrayList<>(List.of(
                "HOLDFAST_PROOF_UUID=" + plan.uuid(),
                "HOLDFAST_PROOF_NAME=" + plan.name(),
                "HOLDFAST_PROOF_URI=" + provider.virsh().uri(),
                "HOLDFAST_MACHINE_NAME=" + name));
        ports.forEach((guest, host) -> environment.add("HOLDFAST_PROOF_PORT_" + guest + "=" + host));
        Host.Output ended;
        try {
            ended = SnapshotCommands.onHost(provider, argv, environment, limit);
        } catch (PluginException e) {
            if (e.kind() == ErrorKind.TIMEOUT) {
                return Optional.of("the script has not ended");
            }
            throw e;
        }
        output = ProofConsole.last(ended.text() + "\n" + ended.err(), LINES);
        if (ended.exit() == CANNOT_RUN || ended.exit() == Host.NO_SUCH_PROGRAM) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the script " + Commands.printable(argv.get(0)) + " cannot be run on "
                            + provider.host().name() + " (setting script): " + Commands.complaint(ended.err()));
        }
        return ended.good() ? Optional.empty() : Optional.of("the script ended with " + ended.exit());
    }

    /** The last lines of its output and of its errors. */
    List<String> output() {
        return output;
    }
}

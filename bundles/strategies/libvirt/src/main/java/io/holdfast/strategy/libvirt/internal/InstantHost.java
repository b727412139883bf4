package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What has to be quick when a machine is started from a backup: several steps in one command, because over SSH each command costs more
 * than what it does. The scripts are constant; what they work on are their arguments.
 */
final class InstantHost {

    /** Makes the directory, for this user and QEMU's alone, unless it is there, and writes the definition from the standard input. */
    private static final String PREPARE = """
            set -e; umask 077; mkdir -p -- "$1"
            [ -d "$2" ] || { mkdir -m 700 -- "$2"; chown --reference="$3" -- "$2" 2>/dev/null || :; }
            cat > "$2/domain.xml\"""";

    private static final String START = """
            virsh -q -c "$1" define "$2/domain.xml" && virsh -q -c "$1" start --domain="$3\"""";

    private final Provider provider;
    private final InstantPlan plan;

    InstantHost(Provider provider, InstantPlan plan) {
        this.provider = provider;
        this.plan = plan;
    }

    /** Makes the plan's directory, and keeps a definition in it. */
    void prepare(String definition) throws PluginException {
        provider.commands()
                .mustScript(
                        "cannot make " + Commands.printable(plan.directory()),
                        definition.getBytes(StandardCharsets.UTF_8),
                        PREPARE,
                        provider.scratch().root(),
                        plan.directory(),
                        ScratchSpace.OF_QEMU);
    }

    /** Defines the machine as was prepared, and starts it. */
    void start() throws PluginException {
        Host.Output output = provider.host()
                .run(
                        List.of(
                                "env",
                                "LC_ALL=C",
                                "sh",
                                "-c",
                                START,
                                "sh",
                                provider.virsh().uri(),
                                plan.directory(),
                                plan.uuid()),
                        new byte[0],
                        Virsh.LIMIT);
        if (!output.good()) {
            throw provider.virsh()
                    .failure("cannot start the machine '" + Commands.printable(plan.name()) + "'", output);
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.SideEffectJournal;
import io.holdfast.spi.context.TaskContext;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Holds the file systems of a guest still through its agent, and never longer than it must. */
final class GuestFreeze {

    private static final String CHANNEL = "org.qemu.guest_agent.0";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 3;

    private final Provider provider;
    private final Virsh virsh;
    private final String uuid;
    private final TaskContext context;
    private SideEffectJournal.@Nullable Entry mayBeFrozen;

    GuestFreeze(Provider provider, String uuid, TaskContext context) {
        this.provider = provider;
        this.virsh = provider.virsh();
        this.uuid = uuid;
        this.context = context;
    }

    /** Whether the agent of a running machine has opened its end of the channel. */
    static boolean agentIsThere(Machine running) {
        Element devices = Xml.child(running.document().getDocumentElement(), "devices");
        return devices != null
                && Xml.children(devices, "channel").stream()
                        .anyMatch(channel -> Xml.attribute(channel, "target", "name")
                                        .equals(CHANNEL)
                                && Xml.attribute(channel, "target", "state").equals("connected"));
    }

    /** Freezes, if the consistency asks for it and the guest can. */
    void freeze(InstanceOptions.Consistency consistency, Machine running, MachineStats stats) throws PluginException {
        if (consistency == InstanceOptions.Consistency.CRASH) {
            return;
        }
        boolean required = consistency == InstanceOptions.Consistency.AGENT_REQUIRED;
        if (!stats.executing() || !agentIsThere(running)) {
            if (required) {
                throw new PluginException(
                        ErrorKind.CONFLICT,
                        "no guest agent answers in the machine, and its setting consistency requires one; install and"
                                + " start qemu-guest-agent in the guest, or choose agent-if-available");
            }
            context.log().info("no guest agent: the disks are as after a loss of power");
            return;
        }
        mayBeFrozen = provider.record(context, Cleanup.FREEZE, Map.of("machine", uuid));
        try {
            Host.Output output = virsh.attempt(LIMIT, "domfsfreeze", "--domain=" + uuid);
            if (!output.good()) {
                throw virsh.failure("cannot hold the guest's file systems still", output);
            }
        } catch (PluginException e) {
            thaw();
            if (required || e.kind() == ErrorKind.CANCELLED) {
                throw e;
            }
            context.log().warn(e.getMessage() + "; the disks are as after a loss of power");
        }
    }

    /** Thaws what was, or may have been, frozen. */
    void thaw() {
        SideEffectJournal.Entry entry = mayBeFrozen;
        for (int attempt = 1; entry != null; attempt++) {
            try {
                thaw(virsh, uuid);
                entry.undone();
                mayBeFrozen = null;
                return;
            } catch (PluginException e) {
                if (attempt == ATTEMPTS) {
                    context.log()
                            .warn("THE GUEST MAY STAND STILL: " + e.getMessage()
                                    + "; run virsh domfsthaw on the host, or restart the machine");
                    return;
                }
            }
        }
    }

    /**
     * Thaws; a machine that is gone or stopped has nothing to be thawed. One that is paused has: it would go on with its file
     * systems frozen.
     */
    static void thaw(Virsh virsh, String uuid) throws PluginException {
        Host.Output output = virsh.attempt(LIMIT, "domfsthaw", "--domain=" + uuid);
        if (output.good()) {
            return;
        }
        PluginException failure = virsh.failure("cannot let the guest's file systems go on", output);
        if (failure.kind() == ErrorKind.NOT_FOUND || !virsh.stats(uuid).active()) {
            return;
        }
        throw failure;
    }
}

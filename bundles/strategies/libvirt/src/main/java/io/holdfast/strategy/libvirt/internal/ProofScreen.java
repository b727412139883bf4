package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.HashSet;
import java.util.Set;
import org.w3c.dom.Element;

/** A picture of the screen of a machine that is booted to prove its backup. */
final class ProofScreen {

    /** As much as a finding may have. */
    private static final int MOST = 1 << 20;
    /** Where neither QEMU's machines nor libvirt put anything of their own accord. */
    private static final int FIRST_SLOT = 0x10;

    private static final int LAST_SLOT = 0x18;

    private final Provider provider;
    private final InstantPlan plan;

    ProofScreen(Provider provider, InstantPlan plan) {
        this.provider = provider;
        this.plan = plan;
    }

    /**
     * Gives a machine without a screen one. Its place is one that the machine has not used: left to libvirt, it could be where the machine's
     * network card was.
     */
    static void addVideo(Machine machine, Element devices) {
        boolean roots = machine.devices("controller").stream()
                .anyMatch(it -> it.getAttribute("model").matches("pcie?-root")
                        && it.getAttribute("index").equals("0"));
        Element video = Xml.add(devices, "video");
        Set<String> used = new HashSet<>();
        for (Element device : Xml.children(devices)) {
            for (Element address : Xml.children(device, "address")) {
                if (address.getAttribute("bus").equals("0x00")) {
                    used.add(address.getAttribute("slot"));
                }
            }
        }
        for (int slot = FIRST_SLOT; roots && slot <= LAST_SLOT; slot++) {
            String name = String.format("0x%02x", slot);
            if (!used.contains(name)) {
                Xml.add(video, "address", "type", "pci", "bus", "0x00", "slot", name, "function", "0x0");
                return;
            }
        }
    }

    /** @return PNG; empty if none could be taken: the log says why */
    byte[] take(TaskContext context) throws PluginException {
        String file = plan.directory() + "/screen";
        Host.Output said =
                provider.virsh().attempt(Virsh.LIMIT, "screenshot", "--domain=" + plan.uuid(), "--file=" + file);
        try {
            if (!said.good()) {
                throw provider.virsh().failure("no picture of the screen was taken", said);
            }
            return Picture.parse(provider.commands().readFile(file)).png(MOST);
        } catch (PluginException e) {
            context.log().warn(String.valueOf(e.getMessage()));
            return new byte[0];
        }
    }
}

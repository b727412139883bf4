package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstantRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/** Makes the definitions of a machine that runs from a backup, out of the one that was kept. */
final class InstantDefinition {

    /** Devices that lead out of a machine: networks, devices and directories of the host, screens with ports. */
    private static final List<String> REACHING = List.of(
            "interface",
            "hostdev",
            "redirdev",
            "filesystem",
            "smartcard",
            "shmem",
            "vsock",
            "graphics",
            "audio",
            "parallel",
            "console",
            "serial");

    private final InstantRequest request;
    private final InstantPlan plan;
    private final InstantOptions options;

    InstantDefinition(InstantRequest request, InstantPlan plan, InstantOptions options) {
        this.request = request;
        this.plan = plan;
        this.options = options;
    }

    /** With its disks in this node: each write is durable when it is answered, and a disk that does not answer halts the machine. */
    String running() throws PluginException {
        return served(InstantPlan.machine(request)).format();
    }

    private RestoredDefinition served(Machine machine) {
        RestoredDefinition definition = placed(machine);
        for (Element disk : devices(machine, "disk")) {
            String target = Xml.attribute(disk, "target", "dev");
            if (plan.images().containsKey(target)) {
                serve(disk, plan.socket(target));
            }
        }
        return definition;
    }

    /** With its disks in images of the host, as a restore would have made it. */
    String moved() throws PluginException {
        return placed(InstantPlan.machine(request)).format();
    }

    /** Where a machine that is booted in isolation writes what it says. */
    static String console(InstantPlan plan) {
        return plan.directory() + "/console.log";
    }

    /** With its disks in this node, and nothing by which it could reach anything else. */
    static String isolated(InstantRequest request, InstantPlan plan, ProofOptions proof) throws PluginException {
        InstantOptions alone = new InstantOptions(Optional.empty(), false, Optional.empty(), false);
        Machine machine = InstantPlan.machine(request);
        RestoredDefinition definition = new InstantDefinition(request, plan, alone).served(machine);
        for (String reaching : REACHING) {
            devices(machine, reaching).forEach(it -> it.getParentNode().removeChild(it));
        }
        removeForeign(machine.document().getDocumentElement());
        for (Element channel : devices(machine, "channel")) {
            if (!Xml.attribute(channel, "target", "name").equals("org.qemu.guest_agent.0")) {
                channel.getParentNode().removeChild(channel);
            } else {
                Xml.remove(channel, "source");
                channel.setAttribute("type", "unix");
            }
        }
        Element devices = Xml.child(machine.document().getDocumentElement(), "devices");
        if (devices != null) {
            Element serial = Xml.add(devices, "serial", "type", "file");
            Xml.add(serial, "source", "path", console(plan));
            Xml.add(serial, "target", "port", "0");
        }
        for (Element video : devices(machine, "video")) {
            Xml.children(video, "model").forEach(model -> Xml.remove(model, "acceleration")); // by the host's screen
        }
        if (devices != null && proof.screenshot() && devices(machine, "video").isEmpty()) {
            ProofScreen.addVideo(machine, devices);
        }
        if (proof.network().used()) {
            proof.network().connect(machine, InstantPlan.machine(request));
        }
        return definition.format();
    }

    /** Arguments for QEMU, which are in a name space of their own, can lead anywhere. */
    private static void removeForeign(Element root) {
        Xml.children(root).stream()
                .filter(child -> child.getTagName().indexOf(':') >= 0)
                .forEach(root::removeChild);
    }

    private RestoredDefinition placed(Machine machine) {
        RestoredDefinition definition = new RestoredDefinition(machine);
        definition.identify(plan.name(), plan.uuid(), !options.keepsIdentity());
        Map<String, Place> places = new LinkedHashMap<>();
        plan.images().forEach((target, path) -> places.put(target, Place.file(path, Place.QCOW2)));
        definition.place(places);
        definition.placeNvram(plan.nvram());
        if (!options.connected()) {
            devices(machine, "interface").forEach(it -> it.getParentNode().removeChild(it));
        }
        return definition;
    }

    private static List<Element> devices(Machine machine, String name) {
        Element devices = Xml.child(machine.document().getDocumentElement(), "devices");
        return devices == null ? List.of() : Xml.children(devices, name);
    }

    private static void serve(Element disk, String socket) {
        disk.setAttribute("type", "network");
        disk.setAttribute("device", "disk");
        Xml.remove(disk, "shareable");
        Element driver = Xml.child(disk, "driver");
        if (driver != null) {
            driver.removeAttribute("io"); // native works with files alone
            driver.setAttribute("type", "raw");
            driver.setAttribute("cache", "writethrough");
            driver.setAttribute("error_policy", "stop");
            driver.setAttribute("rerror_policy", "stop");
        }
        Xml.remove(disk, "source");
        Element source = disk.getOwnerDocument().createElement("source");
        source.setAttribute("protocol", "nbd");
        Xml.add(source, "host", "transport", "unix", "socket", socket);
        disk.insertBefore(source, Xml.child(disk, "target"));
    }
}

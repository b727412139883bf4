package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstantRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.w3c.dom.Element;

/** Makes the definitions of a machine that runs from a backup, out of the one that was kept. */
final class InstantDefinition {

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
        Machine machine = InstantPlan.machine(request);
        RestoredDefinition definition = placed(machine);
        for (Element disk : devices(machine, "disk")) {
            String target = Xml.attribute(disk, "target", "dev");
            if (plan.images().containsKey(target)) {
                serve(disk, plan.socket(target));
            }
        }
        return definition.format();
    }

    /** With its disks in images of the host, as a restore would have made it. */
    String moved() throws PluginException {
        return placed(InstantPlan.machine(request)).format();
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

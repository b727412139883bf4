package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.w3c.dom.Element;

/** Makes the definition of the restored machine out of the one that was kept. */
final class RestoredDefinition {

    private final Machine machine;
    private final Element root;
    private final List<String> removed = new ArrayList<>();

    RestoredDefinition(Machine machine) {
        this.machine = machine;
        this.root = machine.document().getDocumentElement();
    }

    /** Gives the machine its name and id; and, if it is to be another one, other network addresses and generation id. */
    void identify(String name, String uuid, boolean newAddresses) {
        setText("name", name);
        setText("uuid", uuid);
        if (newAddresses) {
            for (Element networkInterface : machine.devices("interface")) {
                Xml.remove(networkInterface, "mac"); // libvirt makes one
            }
            Element generation = Xml.child(root, "genid");
            if (generation != null) {
                generation.setTextContent(""); // libvirt makes one
            }
        }
        Element system = Xml.at(root, "sysinfo", "system");
        if (system != null) {
            Xml.children(system, "entry").stream()
                    .filter(entry -> entry.getAttribute("name").equals("uuid"))
                    .forEach(entry -> entry.setTextContent(uuid)); // libvirt insists on it
        }
    }

    private void setText(String name, String text) {
        Element element = Xml.child(root, name);
        if (element == null) {
            element = root.getOwnerDocument().createElement(name);
            root.insertBefore(element, root.getFirstChild());
        }
        element.setTextContent(text);
    }

    /** Points the disks to their new images, takes out those that are not restored, and empties drives. */
    void place(Map<String, Place> places) {
        for (Element disk : machine.devices("disk")) {
            String target = Xml.attribute(disk, "target", "dev");
            String device = disk.getAttribute("device");
            Place place = places.get(target);
            if (place != null) {
                place(disk, place);
            } else if (device.equals("cdrom") || device.equals("floppy")) {
                Xml.remove(disk, "source");
                Xml.remove(disk, "backingStore");
                disk.setAttribute("type", "file");
            } else if (Xml.child(disk, "readonly") == null) {
                disk.getParentNode().removeChild(disk);
                removed.add(target);
            }
        }
    }

    private static void place(Element disk, Place place) {
        for (String old : List.of("source", "backingStore", "mirror", "encryption", "auth", "transient")) {
            Xml.remove(disk, old);
        }
        disk.setAttribute("type", place.block() ? "block" : "file");
        Element driver = Xml.child(disk, "driver");
        if (driver == null) {
            driver = disk.getOwnerDocument().createElement("driver");
            driver.setAttribute("name", "qemu");
            disk.insertBefore(driver, disk.getFirstChild());
        }
        driver.setAttribute("type", place.format());
        Element source = disk.getOwnerDocument().createElement("source");
        source.setAttribute(place.block() ? "dev" : "file", place.path());
        disk.insertBefore(source, Xml.child(disk, "target"));
    }

    /** Where the firmware keeps its variables; empty to let libvirt make them anew. */
    void placeNvram(String path) {
        Element nvram = Xml.at(root, "os", "nvram");
        if (nvram == null) {
            return;
        }
        for (Element child : Xml.children(nvram, "source")) {
            nvram.removeChild(child);
        }
        nvram.removeAttribute("type");
        if (path.isEmpty()) {
            nvram.getParentNode().removeChild(nvram);
        } else {
            nvram.setTextContent(path);
        }
    }

    /** The targets of disks that were in the definition and not in the backup. */
    List<String> removed() {
        return List.copyOf(removed);
    }

    String format() throws PluginException {
        return Xml.format(machine.document());
    }
}

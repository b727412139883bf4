package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What a definition says of a machine. */
final class Machine {

    private static final int MAX_LABEL = 255;
    private static final int MAX_METADATA_LABELS = 20;
    /** Names that LVM gives to its volumes, lvm(8); other devices lie deeper, or directly below /dev. */
    private static final Pattern LVM = Pattern.compile("/dev/(?!disk/|dm-|md/|zvol/|rbd/|drbd/)[^/]+/[^/]+");

    /**
     * A disk of a machine.
     *
     * @param target the name by which libvirt knows it, such as {@code vda}
     * @param type {@code file}, {@code block}, {@code network}, ...
     * @param device {@code disk}, {@code cdrom}, {@code floppy}, {@code lun}
     * @param format {@code qcow2}, {@code raw}, ...
     * @param path of a file or block device; otherwise empty
     * @param readOnly the machine cannot write to it
     * @param shared other machines may write to it, too
     */
    record Disk(
            String target, String type, String device, String format, String path, boolean readOnly, boolean shared) {

        /** Whether it has content of the machine's own. */
        boolean hasContent() {
            return device.equals("disk") && !readOnly && !target.isEmpty();
        }

        private static Disk of(Element disk) {
            String type = disk.getAttribute("type");
            String path = type.equals("file")
                    ? Xml.attribute(disk, "source", "file")
                    : type.equals("block") ? Xml.attribute(disk, "source", "dev") : "";
            String device = disk.getAttribute("device");
            String format = Xml.attribute(disk, "driver", "type");
            return new Disk(
                    Xml.attribute(disk, "target", "dev"),
                    type,
                    device.isEmpty() ? "disk" : device,
                    format.isEmpty() ? "raw" : format,
                    path,
                    Xml.child(disk, "readonly") != null,
                    Xml.child(disk, "shareable") != null);
        }
    }

    private final Document document;
    private final Element root;

    private Machine(Document document) {
        this.document = document;
        this.root = document.getDocumentElement();
    }

    /** Reads a definition. */
    static Machine parse(String xml) throws PluginException {
        return new Machine(Xml.parse("the definition of the machine", xml, "domain"));
    }

    Document document() {
        return document;
    }

    /** Any characters but a line break and a slash. */
    String name() {
        Element name = Xml.child(root, "name");
        return name == null ? "" : name.getTextContent();
    }

    String uuid() {
        return Xml.text(root, "uuid");
    }

    List<Disk> disks() {
        return devices("disk").stream().map(Disk::of).toList();
    }

    /** The devices of that element's name. */
    List<Element> devices(String name) {
        Element devices = Xml.child(root, "devices");
        return devices == null ? List.of() : Xml.children(devices, name);
    }

    /** The file that keeps the firmware's variables; empty if there is none. */
    String nvram() {
        String text = Xml.text(root, "os", "nvram");
        if (!text.isEmpty()) {
            return text;
        }
        Element nvram = Xml.at(root, "os", "nvram");
        return nvram == null ? "" : Xml.attribute(nvram, "source", "file");
    }

    private String firmware() {
        Element loader = Xml.at(root, "os", "loader");
        boolean efi = "efi".equals(Xml.attribute(root, "os", "firmware")) || !nvram().isEmpty();
        return efi || loader != null && "pflash".equals(loader.getAttribute("type")) ? "uefi" : "bios";
    }

    /** What policies may select by. */
    Map<String, String> labels(MachineStats stats) {
        Map<String, String> labels = new LinkedHashMap<>();
        put(labels, "state", stats.word());
        put(labels, "restore", InPlace.isMarked(this) ? "incomplete" : "");
        put(labels, "firmware", firmware());
        put(
                labels,
                "disks",
                Long.toString(disks().stream().filter(Disk::hasContent).count()));
        Set<String> storage = new TreeSet<>();
        for (Element disk : devices("disk")) {
            if (Disk.of(disk).hasContent()) {
                storage.add(storage(disk));
                put(labels, "disk." + Xml.attribute(disk, "target", "dev"), storage(disk));
            }
        }
        put(labels, "storage", String.join(", ", storage));
        put(labels, "networks", String.join(", ", networks()));
        put(
                labels,
                "tpm",
                TpmState.of(this).map(TpmState::version).orElse(devices("tpm").isEmpty() ? "" : "host"));
        put(labels, "hypervisor", root.getAttribute("type"));
        Element type = Xml.at(root, "os", "type");
        put(labels, "architecture", type == null ? "" : type.getAttribute("arch"));
        put(labels, "title", Xml.text(root, "title"));
        Element metadata = Xml.child(root, "metadata");
        if (metadata != null) {
            for (Element leaf : leaves(metadata)) {
                String local = leaf.getTagName().replaceFirst("^.*:", "");
                if (leaf.getTagName().equals("libosinfo:os")) {
                    put(labels, "os", leaf.getAttribute("id"));
                } else {
                    put(labels, "metadata." + local, leaf.getTextContent().strip());
                }
            }
        }
        return labels;
    }

    /** What a disk is stored on. */
    private static String storage(Element disk) {
        Disk known = Disk.of(disk);
        return switch (known.type()) {
            case "file" -> known.format().toUpperCase(Locale.ROOT);
            case "block" -> LVM.matcher(known.path()).matches() ? "LVM" : "BLOCK";
            case "network" -> Xml.attribute(disk, "source", "protocol").toUpperCase(Locale.ROOT);
            default -> known.type().toUpperCase(Locale.ROOT);
        };
    }

    private Set<String> networks() {
        Set<String> names = new TreeSet<>();
        for (Element networkInterface : devices("interface")) {
            for (String attribute : List.of("network", "bridge", "dev")) {
                names.add(Xml.attribute(networkInterface, "source", attribute));
            }
        }
        names.remove("");
        return names;
    }

    private static void put(Map<String, String> labels, String key, String value) {
        if (!value.isEmpty() && key.length() <= MAX_LABEL) {
            labels.putIfAbsent(key, value.length() > MAX_LABEL ? value.substring(0, MAX_LABEL) : value);
        }
    }

    private static List<Element> leaves(Element parent) {
        List<Element> found = new ArrayList<>();
        collectLeaves(parent, found, 0);
        return found;
    }

    private static void collectLeaves(Element parent, List<Element> found, int depth) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && found.size() < MAX_METADATA_LABELS && depth < 10) {
                int before = found.size();
                collectLeaves(element, found, depth + 1);
                if (found.size() == before) {
                    found.add(element);
                }
            }
        }
    }
}

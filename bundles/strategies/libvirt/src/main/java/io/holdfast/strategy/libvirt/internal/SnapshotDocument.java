package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.SnapshotConsistency;
import io.holdfast.spi.strategy.SnapshotInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * What libvirt says of a snapshot (formatsnapshot.html). It keeps a name and a description; of ours the name is the id, and the
 * description begins with a line that is the name that people gave it.
 */
final class SnapshotDocument {

    private static final int MAX_NAME = 255;
    private static final int MAX_DESCRIPTION = 1_000;

    private final Element root;

    private SnapshotDocument(Element root) {
        this.root = root;
    }

    static SnapshotDocument parse(String xml) throws PluginException {
        return new SnapshotDocument(
                Xml.parse("a snapshot", xml, "domainsnapshot").getDocumentElement());
    }

    /** The description under which a snapshot of ours is kept. */
    static String description(String name, String description) {
        return description.isEmpty() ? name : name + "\n" + description;
    }

    String id() {
        Element name = Xml.child(root, "name");
        return name == null ? "" : name.getTextContent();
    }

    /** Whether a part of it is in a file of its own: libvirt takes no machine back to such a one before 9.9. */
    boolean external() {
        Element disks = Xml.child(root, "disks");
        List<Element> all = disks == null ? List.of() : Xml.children(disks, "disk");
        return Xml.attribute(root, "memory", "snapshot").equals("external")
                || all.stream().anyMatch(disk -> disk.getAttribute("snapshot").equals("external"));
    }

    SnapshotInfo info(boolean ours, boolean current) {
        String id = id();
        String text = Xml.text(root, "description");
        int line = text.indexOf('\n');
        String first = line < 0 ? text : text.substring(0, line);
        String name = ours && !first.isEmpty() ? first : id;
        String description = !ours ? text : line < 0 ? "" : text.substring(line + 1);
        Element parent = Xml.at(root, "parent", "name");
        return new SnapshotInfo(
                id,
                shortened(name, MAX_NAME),
                created(),
                ours,
                shortened(description, MAX_DESCRIPTION),
                Optional.ofNullable(parent).map(Element::getTextContent).filter(p -> !p.isEmpty()),
                current,
                consistency(),
                -1);
    }

    private Instant created() {
        String seconds = Xml.text(root, "creationTime");
        return Instant.ofEpochSecond(seconds.matches("\\d{1,12}") ? Long.parseLong(seconds) : 0);
    }

    private SnapshotConsistency consistency() {
        String memory = Xml.attribute(root, "memory", "snapshot");
        if (memory.equals("internal") || memory.equals("external")) {
            return SnapshotConsistency.MEMORY;
        }
        return switch (Xml.text(root, "state")) {
            case "shutoff" -> SnapshotConsistency.APPLICATION;
            case "disk-snapshot" -> SnapshotConsistency.CRASH;
            default -> SnapshotConsistency.UNKNOWN;
        };
    }

    private static String shortened(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * What is written into the metadata of a machine that went back to a snapshot: the checkpoints that had to go for it, so that the
 * next backup can say why it reads everything. Nothing is wrong if it is lost: a checkpoint that is gone is a full read anyway.
 */
final class RevertNote {

    private static final String URI = "http://holdfast.io/xmlns/libvirt/reverted/1.0";
    private static final String KEY = "holdfast";
    private static final String ELEMENT = "reverted";
    private static final int MOST = 20;

    private RevertNote() {}

    /** The checkpoints that a definition's note names. */
    static List<String> checkpoints(Document definition) {
        Element metadata = Xml.child(definition.getDocumentElement(), "metadata");
        if (metadata == null) {
            return List.of();
        }
        for (Node node = metadata.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && isNote(element)) {
                return List.of(element.getAttribute("checkpoints").split(" ")).stream()
                        .filter(Checkpoints::isOurs)
                        .toList();
            }
        }
        return List.of();
    }

    private static boolean isNote(Element element) {
        String tag = element.getTagName();
        return tag.equals(ELEMENT) || tag.endsWith(":" + ELEMENT) && element.hasAttribute("checkpoints");
    }

    /** Adds checkpoints to the note. */
    static void add(Virsh virsh, String uuid, List<String> checkpoints, TaskContext context) {
        try {
            List<String> all = new ArrayList<>(checkpoints);
            all.addAll(checkpoints(Machine.parse(virsh.definition(uuid)).document()));
            write(virsh, uuid, all.stream().distinct().limit(MOST).toList());
        } catch (PluginException e) {
            context.log()
                    .warn("the next backup reads everything, but will not know that it is because of this: "
                            + e.getMessage());
        }
    }

    /** A backup has told of it. */
    static void remove(Virsh virsh, String uuid, String checkpoint) throws PluginException {
        List<String> all = checkpoints(Machine.parse(virsh.definition(uuid)).document());
        if (all.contains(checkpoint)) {
            write(virsh, uuid, all.stream().filter(c -> !c.equals(checkpoint)).toList());
        }
    }

    private static void write(Virsh virsh, String uuid, List<String> checkpoints) throws PluginException {
        String what = "cannot write a note into the metadata of machine " + uuid;
        if (checkpoints.isEmpty()) {
            virsh.must(what, "metadata", "--domain=" + uuid, "--uri=" + URI, "--config", "--remove");
            return;
        }
        Document note = Xml.create(ELEMENT);
        note.getDocumentElement().setAttribute("checkpoints", String.join(" ", checkpoints));
        virsh.must(
                what,
                "metadata",
                "--domain=" + uuid,
                "--uri=" + URI,
                "--key=" + KEY,
                "--config",
                "--set=" + Xml.format(note));
    }
}

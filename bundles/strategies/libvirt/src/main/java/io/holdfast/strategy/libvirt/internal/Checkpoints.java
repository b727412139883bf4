package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The checkpoints of machines: what libvirt counts changes from. */
final class Checkpoints {

    private static final String PREFIX = "holdfast-";
    private static final Pattern OURS = Pattern.compile(PREFIX + "[A-Za-z0-9_.-]{1,200}");

    private final Virsh virsh;
    private final Commands commands;

    Checkpoints(Virsh virsh, Commands commands) {
        this.virsh = virsh;
        this.commands = commands;
    }

    static boolean isOurs(String name) {
        return OURS.matcher(name).matches();
    }

    /** A name that nobody else has. */
    static String newName(SessionNames names) {
        return PREFIX + names.unique();
    }

    /**
     * Removes one of ours. Each checkpoint counts the changes since it was made by itself (as of libvirt 7), so that no other one
     * loses anything. One that is gone is no failure.
     */
    void delete(String uuid, String name) throws PluginException {
        if (!isOurs(name)) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "the checkpoint " + Commands.printable(name) + " is not ours");
        }
        Host.Output output = tryDelete(uuid, name);
        if (output.good()) {
            return;
        }
        PluginException failure = virsh.failure("cannot delete checkpoint " + name + " of machine " + uuid, output);
        if (failure.kind() == ErrorKind.NOT_FOUND) {
            return;
        }
        if (!virsh.stats(uuid).active()) {
            deleteOffline(uuid, name);
        } else if (output.err().contains("bitmap")) {
            deleteRest(uuid, name);
        } else {
            throw failure;
        }
    }

    private Host.Output tryDelete(String uuid, String name) throws PluginException {
        return virsh.attempt(Virsh.LIMIT, "checkpoint-delete", "--domain=" + uuid, "--checkpointname=" + name);
    }

    /** A bitmap went with a crash of QEMU or with its image: libvirt's note goes, and the bitmaps of the other disks. */
    private void deleteRest(String uuid, String name) throws PluginException {
        Element checkpoint = read(uuid, name);
        Machine machine = Machine.parse(virsh.running(uuid));
        forget(uuid, name);
        for (Machine.Disk disk : machine.disks()) {
            if (!bitmapOf(checkpoint, disk.target()).isEmpty() && readopt(uuid, name, Set.of(disk.target()), machine)) {
                tryDelete(uuid, name);
            }
        }
    }

    private void forget(String uuid, String name) throws PluginException {
        virsh.must(
                "cannot delete checkpoint " + name + " of machine " + uuid,
                "checkpoint-delete",
                "--metadata",
                "--domain=" + uuid,
                "--checkpointname=" + name);
    }

    /**
     * Makes a checkpoint known to libvirt again whose bitmaps are still there, as after the machine was removed and defined anew.
     *
     * @param targets the disks that have a bitmap of its name
     * @param running the machine as it runs
     * @return false if there is nothing to be made known
     */
    boolean readopt(String uuid, String name, Set<String> targets, Machine running) throws PluginException {
        if (targets.isEmpty()) {
            return false;
        }
        List<String> all = running.disks().stream().map(Machine.Disk::target).toList();
        Document document = BackupJob.checkpoint(name, all, targets);
        Element root = document.getDocumentElement();
        Xml.add(root, "creationTime").setTextContent("1");
        root.appendChild(document.importNode(running.document().getDocumentElement(), true));
        String file = commands.must("cannot make a file", "mktemp").text().strip();
        try {
            commands.writeFile(file, Xml.format(document).getBytes(StandardCharsets.UTF_8));
            return virsh.attempt(
                            Virsh.LIMIT,
                            "checkpoint-create",
                            "--redefine",
                            "--redefine-validate",
                            "--domain=" + uuid,
                            "--xmlfile=" + file)
                    .good();
        } finally {
            commands.removeFile(file);
        }
    }

    private Element read(String uuid, String name) throws PluginException {
        return Xml.parse("a checkpoint", virsh.checkpoint(uuid, name), "domaincheckpoint")
                .getDocumentElement();
    }

    /** What libvirt does in a running QEMU, done to the images of a machine that is stopped: libvirt itself refuses. */
    private void deleteOffline(String uuid, String name) throws PluginException {
        Element checkpoint = read(uuid, name);
        Machine machine = Machine.parse(virsh.definition(uuid));
        for (Machine.Disk disk : machine.disks()) {
            String bitmap = bitmapOf(checkpoint, disk.target());
            if (!bitmap.isEmpty()
                    && disk.format().equals("qcow2")
                    && !disk.path().isEmpty()) {
                deleteBitmap(disk.path(), bitmap);
            }
        }
        forget(uuid, name);
    }

    private static String bitmapOf(Element checkpoint, String target) {
        Element disks = Xml.child(checkpoint, "disks");
        List<Element> all = disks == null ? List.of() : Xml.children(disks, "disk");
        for (Element disk : all) {
            if (disk.getAttribute("name").equals(target)
                    && disk.getAttribute("checkpoint").equals("bitmap")) {
                return disk.getAttribute("bitmap");
            }
        }
        return "";
    }

    private void deleteBitmap(String image, String bitmap) throws PluginException {
        Host.Output removed = commands.run("qemu-img", "bitmap", "--remove", "-f", "qcow2", "--", image, bitmap);
        if (!removed.good() && !removed.err().contains("not found")) {
            throw new PluginException(
                    LibvirtErrors.kindOfSystem(removed.err()),
                    "cannot remove the bitmap " + bitmap + " of " + Commands.printable(image) + " on "
                            + commands.host().name() + ": " + Commands.complaint(removed.err()));
        }
    }
}

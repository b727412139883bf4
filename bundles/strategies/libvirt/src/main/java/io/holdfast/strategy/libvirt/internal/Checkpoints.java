package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;
import java.util.regex.Pattern;
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

    /** Removes one of ours; the changes that it has counted are added to the one before it. One that is gone is no failure. */
    void delete(String uuid, String name) throws PluginException {
        if (!isOurs(name)) {
            throw new PluginException(
                    ErrorKind.INTERNAL, "the checkpoint " + Commands.printable(name) + " is not ours");
        }
        Host.Output output =
                virsh.attempt(Virsh.LIMIT, "checkpoint-delete", "--domain=" + uuid, "--checkpointname=" + name);
        if (output.good()) {
            return;
        }
        PluginException failure = virsh.failure("cannot delete checkpoint " + name + " of machine " + uuid, output);
        if (failure.kind() == ErrorKind.NOT_FOUND) {
            return;
        }
        if (!virsh.stats(uuid).active()) {
            deleteOffline(uuid, name);
        } else if (output.err().contains("bitmap") && parent(uuid, name).isEmpty()) {
            // its bitmap went with a crash of QEMU; libvirt's note of it is left, and nothing is counted through it
            forget(uuid, name);
        } else {
            throw failure;
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

    private Element read(String uuid, String name) throws PluginException {
        return Xml.parse("a checkpoint", virsh.checkpoint(uuid, name), "domaincheckpoint")
                .getDocumentElement();
    }

    private String parent(String uuid, String name) throws PluginException {
        return Xml.text(read(uuid, name), "parent", "name");
    }

    /** What libvirt does in a running QEMU, done to the images of a machine that is stopped: libvirt itself refuses. */
    private void deleteOffline(String uuid, String name) throws PluginException {
        Element checkpoint = read(uuid, name);
        String parent = Xml.text(checkpoint, "parent", "name");
        boolean last = isLast(uuid, name);
        Machine machine = Machine.parse(virsh.definition(uuid));
        for (Machine.Disk disk : machine.disks()) {
            if (disk.hasContent()
                    && disk.format().equals("qcow2")
                    && !disk.path().isEmpty()) {
                String into = parent.isEmpty() ? "" : bitmapOf(read(uuid, parent), disk.target());
                deleteBitmap(disk.path(), bitmapOf(checkpoint, disk.target()), into, last);
            }
        }
        forget(uuid, name);
    }

    private boolean isLast(String uuid, String name) throws PluginException {
        return virsh.must(
                        "cannot list checkpoints of machine " + uuid,
                        "checkpoint-list",
                        "--name",
                        "--descendants",
                        "--from=" + name,
                        "--domain=" + uuid)
                .isBlank();
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

    private void deleteBitmap(String image, String bitmap, String parent, boolean last) throws PluginException {
        if (bitmap.isEmpty()) {
            return;
        }
        String what = "cannot remove the bitmap " + bitmap + " of " + Commands.printable(image);
        if (!parent.isEmpty()) {
            // unless the changes are added, whoever counts from the parent would miss them: then it must stay
            commands.must(what, "qemu-img", "bitmap", "--merge", bitmap, "-f", "qcow2", "--", image, parent);
            if (last) {
                commands.must(what, "qemu-img", "bitmap", "--enable", "-f", "qcow2", "--", image, parent);
            }
        }
        Host.Output removed = commands.run("qemu-img", "bitmap", "--remove", "-f", "qcow2", "--", image, bitmap);
        if (!removed.good() && !removed.err().contains("not found")) {
            throw new PluginException(
                    LibvirtErrors.kindOfSystem(removed.err()),
                    what + " on " + commands.host().name() + ": " + Commands.complaint(removed.err()));
        }
    }
}

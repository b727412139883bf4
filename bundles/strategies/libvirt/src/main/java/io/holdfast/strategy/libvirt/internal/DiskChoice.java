package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which disks of a machine are read, and which of them can tell what has changed. */
final class DiskChoice {

    /** The magic of a QCOW2 image and its version (QEMU docs/interop/qcow2.txt); bitmaps came with version 3. */
    private static final byte[] QCOW2_WITH_BITMAPS = {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3};

    private DiskChoice() {}

    /** The disks that are read. */
    static List<Machine.Disk> of(Machine machine, InstanceOptions options, TaskContext context) {
        List<Machine.Disk> chosen = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(options.excludedDisks());
        for (Machine.Disk disk : machine.disks()) {
            unknown.remove(disk.target());
            if (!disk.hasContent() || options.excludedDisks().contains(disk.target())) {
                continue;
            }
            if (disk.device().equals("disk") && disk.shared()) {
                context.log()
                        .warn("disk " + Commands.printable(disk.target())
                                + " is shared with other machines; what they write meanwhile is not held still");
            }
            chosen.add(disk);
        }
        if (!unknown.isEmpty()) {
            context.log()
                    .info("the machine has no disk " + Commands.printable(String.join(", ", unknown)) + " to exclude");
        }
        return chosen;
    }

    /** Whether QEMU can keep a bitmap in the disk's image. */
    static boolean tracksChanges(Machine.Disk disk, Commands commands) throws PluginException {
        if (!disk.format().equals("qcow2") || disk.path().isEmpty()) {
            return false;
        }
        Host.Output header =
                commands.run("dd", "if=" + disk.path(), "bs=8", "count=1", "iflag=fullblock", "status=none");
        return header.good() && java.util.Arrays.equals(header.out(), QCOW2_WITH_BITMAPS);
    }

    /** What the file of a disk is, so that another one in its place is noticed; empty if there is no telling. */
    static String inode(Machine.Disk disk, Commands commands) throws PluginException {
        if (!disk.type().equals("file")) {
            return "";
        }
        Host.Output output = commands.run("stat", "-L", "--format=%i", "--", disk.path());
        return output.good() ? output.text().strip() : "";
    }

    /** A file or device that can be opened without the machine. */
    static void requirePath(Machine.Disk disk) throws PluginException {
        if (disk.path().isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "disk " + Commands.printable(disk.target()) + " is on storage of the type "
                            + Commands.printable(disk.type())
                            + ", which is read through the running machine only; start the machine, or exclude the disk");
        }
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which disks of a machine are read, and which of them can tell what has changed. */
final class DiskChoice {

    /** The magic of a QCOW2 image and its version (QEMU docs/interop/qcow2.txt); bitmaps came with version 3. */
    private static final String QCOW2_WITH_BITMAPS = "514649fb00000003";

    /** Of each image a line with its first eight bytes and one with its inode. */
    private static final String LOOK = "for f; do"
            + " dd if=\"$f\" bs=8 count=1 iflag=fullblock status=none 2>/dev/null | od -An -v -tx1 | tr -d ' \\n'; echo;"
            + " stat -L --format=%i -- \"$f\" 2>/dev/null || echo; done";

    private static final int AT_ONCE = 50;

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

    /**
     * The disks in whose images QEMU can keep a bitmap, each with the inode of its file, so that another one in its place is noticed;
     * it is empty if there is no telling.
     */
    static Map<Machine.Disk, String> inodesOfTracked(List<Machine.Disk> disks, Commands commands)
            throws PluginException {
        List<Machine.Disk> candidates = disks.stream()
                .filter(disk -> disk.format().equals("qcow2") && !disk.path().isEmpty())
                .toList();
        Map<Machine.Disk, String> found = new LinkedHashMap<>();
        for (int from = 0; from < candidates.size(); from += AT_ONCE) {
            List<Machine.Disk> some = candidates.subList(from, Math.min(candidates.size(), from + AT_ONCE));
            String[] paths = some.stream().map(Machine.Disk::path).toArray(String[]::new);
            List<String> lines = commands.mustScript("cannot look at the images", new byte[0], LOOK, paths)
                    .text()
                    .lines()
                    .toList();
            for (int i = 0; i < some.size() && 2 * i + 1 < lines.size(); i++) {
                if (lines.get(2 * i).equals(QCOW2_WITH_BITMAPS)) {
                    boolean file = some.get(i).type().equals("file");
                    found.put(some.get(i), file ? lines.get(2 * i + 1).strip() : "");
                }
            }
        }
        return found;
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

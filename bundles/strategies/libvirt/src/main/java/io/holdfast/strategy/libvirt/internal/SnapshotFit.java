package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import java.util.List;

/** Whether a machine can have an internal snapshot now. */
final class SnapshotFit {

    private final Commands commands;
    private final String uuid;
    private final Machine machine;

    SnapshotFit(Commands commands, String uuid, Machine machine) {
        this.commands = commands;
        this.uuid = uuid;
        this.machine = machine;
    }

    private List<Machine.Disk> written() {
        return machine.disks().stream()
                .filter(disk -> !disk.readOnly()
                        && !disk.device().equals("cdrom")
                        && !disk.device().equals("floppy"))
                .toList();
    }

    /** libvirt says the same of the first disk that it meets; this says it of all, and what to do. */
    void requireImages() throws PluginException {
        List<String> others = written().stream()
                .filter(disk -> !disk.format().equals("qcow2"))
                .map(disk -> Commands.printable(disk.target() + " (" + disk.format() + ")"))
                .toList();
        if (!others.isEmpty()) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "cannot take a snapshot of machine " + uuid + ": its disks " + String.join(", ", others)
                            + " are not QCOW2 images, and only those hold snapshots; convert them, or use backups");
        }
    }

    /** The memory goes into the first image. Without this the attempt would fill the storage up, and not empty it again. */
    void requireRoomForMemory() throws PluginException {
        long memory = number(Xml.text(machine.document().getDocumentElement(), "currentMemory")) << 10;
        String image = written().stream().findFirst().map(Machine.Disk::path).orElse("");
        if (image.isEmpty()) {
            return;
        }
        Host.Output output = commands.run("stat", "-f", "-L", "--format=%a %S", "--", image);
        String[] words = output.text().strip().split(" ", 2);
        if (!output.good() || words.length != 2) {
            return; // a path that only QEMU can open
        }
        long free = number(words[0]) * number(words[1]);
        if (free < memory) {
            throw new PluginException(
                    ErrorKind.QUOTA,
                    "cannot take a snapshot of machine " + uuid + ": it holds the memory, up to " + (memory >> 20)
                            + " MiB, and the storage of " + Commands.printable(image) + " has " + (free >> 20)
                            + " MiB free; make room, or stop the machine first, then no memory is kept");
        }
    }

    private static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }
}

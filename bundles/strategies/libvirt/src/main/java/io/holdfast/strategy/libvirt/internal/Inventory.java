package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.InstanceDescription;
import java.util.function.Consumer;

/** Lists the machines of a host. */
final class Inventory {

    static final String KIND = "machine";
    private static final int MAX_NAME = 255;

    private final Virsh virsh;

    Inventory(Virsh virsh) {
        this.virsh = virsh;
    }

    void list(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        context.cancellation().throwIfCancelled();
        for (String uuid : virsh.uuids()) {
            context.cancellation().throwIfCancelled();
            if (!Uuids.isOne(uuid)) {
                continue;
            }
            try {
                found.accept(describe(uuid));
            } catch (PluginException e) {
                if (e.kind() != ErrorKind.NOT_FOUND) { // it may go while we look
                    throw e;
                }
            }
        }
    }

    InstanceDescription describe(String uuid) throws PluginException {
        Machine machine = Machine.parse(virsh.definition(uuid));
        MachineStats stats = virsh.stats(uuid);
        long size = 0;
        for (Machine.Disk disk : machine.disks()) {
            if (disk.hasContent()) {
                long capacity = stats.capacity(disk.target());
                size = capacity < 0 || size < 0 ? -1 : size + capacity;
            }
        }
        return new InstanceDescription(uuid, shortened(machine.name(), uuid), KIND, size, machine.labels(stats));
    }

    private static String shortened(String name, String uuid) {
        if (name.isBlank()) {
            return uuid;
        }
        return name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    }
}

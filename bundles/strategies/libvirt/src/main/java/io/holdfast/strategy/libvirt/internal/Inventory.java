package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.InstanceDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lists the machines of the hosts. */
final class Inventory {

    static final String KIND = "machine";
    private static final int MAX_NAME = 255;

    private final Hosts hosts;

    Inventory(Hosts hosts) {
        this.hosts = hosts;
    }

    /** All hosts must answer: a machine that is not seen would be taken for one that is gone. */
    void list(Consumer<InstanceDescription> found, TaskContext context) throws PluginException {
        Map<String, List<Hosts.Member>> places = new LinkedHashMap<>();
        for (Hosts.Member member : hosts.members()) {
            context.cancellation().throwIfCancelled();
            for (String uuid : member.provider().virsh().uuids()) {
                if (Uuids.isOne(uuid)) {
                    places.computeIfAbsent(uuid, key -> new ArrayList<>()).add(member);
                }
            }
        }
        for (Map.Entry<String, List<Hosts.Member>> place : places.entrySet()) {
            context.cancellation().throwIfCancelled();
            try {
                found.accept(describe(place.getKey(), place(place.getKey(), place.getValue())));
            } catch (PluginException e) {
                if (e.kind() == ErrorKind.CONFLICT) {
                    context.log().warn(String.valueOf(e.getMessage()));
                    found.accept(describe(place.getKey(), place.getValue().get(0)));
                } else if (e.kind() != ErrorKind.NOT_FOUND) { // it may go while we look
                    throw e;
                }
            }
        }
    }

    private Hosts.Member place(String uuid, List<Hosts.Member> having) throws PluginException {
        return having.size() == 1 ? having.get(0) : hosts.running(uuid, having).orElse(having.get(0));
    }

    InstanceDescription describe(String uuid) throws PluginException {
        return describe(uuid, hosts.of(uuid));
    }

    private InstanceDescription describe(String uuid, Hosts.Member member) throws PluginException {
        Virsh virsh = member.provider().virsh();
        Machine machine = Machine.parse(virsh.definition(uuid));
        MachineStats stats = virsh.stats(uuid);
        long size = 0;
        for (Machine.Disk disk : machine.disks()) {
            if (disk.hasContent()) {
                long capacity = stats.capacity(disk.target());
                size = capacity < 0 || size < 0 ? -1 : size + capacity;
            }
        }
        Map<String, String> labels = new LinkedHashMap<>(machine.labels(stats));
        if (!hosts.single()) {
            labels.put("host", member.name());
        }
        return new InstanceDescription(uuid, shortened(machine.name(), uuid), KIND, size, labels);
    }

    private static String shortened(String name, String uuid) {
        if (name.isBlank()) {
            return uuid;
        }
        return name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    }
}

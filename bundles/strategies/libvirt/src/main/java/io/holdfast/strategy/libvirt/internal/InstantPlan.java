package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.InstantRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What running a machine from a backup makes on the host, fixed before anything is made and kept in the journal.
 *
 * @param name of the machine
 * @param uuid of the machine
 * @param directory on the host for sockets
 * @param nvram path for the firmware's variables; empty if there are none
 * @param images by target, in order: where each disk goes when the machine is moved to production
 */
record InstantPlan(String name, String uuid, String directory, String nvram, Map<String, String> images) {

    InstantPlan {
        images = Collections.unmodifiableMap(new LinkedHashMap<>(images));
    }

    static InstantPlan fresh(Provider provider, InstantRequest request, InstantOptions options, SessionNames names)
            throws PluginException {
        Machine machine = machine(request);
        String name = options.name().orElse(machine.name());
        String uuid = options.keepsIdentity() ? Uuids.require(machine.uuid()) : names.uuid();
        requireFree(provider, name, uuid);
        String suffix = names.suffix();
        Map<String, String> images = new LinkedHashMap<>();
        for (String target : request.disks().keySet()) {
            String file = SessionNames.safe(name, 60) + "-" + SessionNames.safe(target, 20) + "-" + suffix + ".qcow2";
            images.put(target, directory(machine, target, options) + "/" + file);
        }
        boolean variables = request.metadata().containsKey(Documents.NVRAM)
                && !machine.nvram().isEmpty();
        String nvram = variables
                ? ImportPlan.parent(machine.nvram()) + "/" + SessionNames.safe(name, 60) + "_VARS-" + suffix + ".fd"
                : "";
        return new InstantPlan(name, uuid, provider.scratch().directory(names), nvram, images);
    }

    /** For a machine that is booted to be looked at, and never moved. */
    static InstantPlan ofProof(Provider provider, InstantRequest request, SessionNames names) throws PluginException {
        String directory = provider.scratch().directory(names);
        Map<String, String> images = new LinkedHashMap<>();
        request.disks().keySet().forEach(target -> images.put(target, directory + "/none"));
        boolean variables = request.metadata().containsKey(Documents.NVRAM)
                && !machine(request).nvram().isEmpty();
        return new InstantPlan(
                names.unique(), names.uuid(), directory, variables ? directory + "/nvram.fd" : "", images);
    }

    static Machine machine(InstantRequest request) throws PluginException {
        byte[] definition = request.metadata().get(Documents.DEFINITION);
        if (definition == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "the backup has no " + Documents.DEFINITION + ": it was not made of a machine under libvirt");
        }
        return Machine.parse(new String(definition, StandardCharsets.UTF_8));
    }

    private static void requireFree(Provider provider, String name, String uuid) throws PluginException {
        Map<String, String> existing = provider.virsh().uuidsByName();
        if (existing.containsKey(name.stripTrailing())) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "the host has a machine '" + Commands.printable(name)
                            + "' already; choose another name (setting name)");
        }
        if (existing.containsValue(uuid)) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "the host has a machine with the UUID " + uuid + " under another name; choose identity new");
        }
    }

    private static String directory(Machine machine, String target, InstantOptions options) throws PluginException {
        Machine.Disk disk = machine.disks().stream()
                .filter(it -> it.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        ErrorKind.CORRUPT_DATA,
                        "the backup has a disk " + Commands.printable(target)
                                + " that its definition of the machine lacks"));
        if (options.targetDirectory().isPresent()) {
            return options.targetDirectory().get();
        }
        if (!disk.type().equals("file") || disk.path().isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "disk " + Commands.printable(target) + " was not in a file; say in which directory its image is to"
                            + " be made when the machine is moved to production (setting targetDirectory)");
        }
        return ImportPlan.parent(disk.path());
    }

    List<String> targets() {
        return List.copyOf(images.keySet());
    }

    /** Where a disk is served on the host. */
    String socket(String target) {
        return directory + "/" + targets().indexOf(target) + ".sock";
    }

    /** For the journal. */
    Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("name", name);
        details.put("machine", uuid);
        details.put("directory", directory);
        details.put("nvram", nvram);
        details.put("disks", Integer.toString(images.size()));
        for (int i = 0; i < images.size(); i++) {
            String target = targets().get(i);
            details.put("target" + i, target);
            details.put("image" + i, images.getOrDefault(target, ""));
        }
        return details;
    }

    /** From the journal. */
    static InstantPlan of(Map<String, String> details) throws PluginException {
        Map<String, String> images = new LinkedHashMap<>();
        for (int i = 0; i < Cleanup.count(details); i++) {
            images.put(Cleanup.of(details, "target" + i), Cleanup.of(details, "image" + i));
        }
        return new InstantPlan(
                Cleanup.of(details, "name"),
                Uuids.require(Cleanup.of(details, "machine")),
                Cleanup.of(details, "directory"),
                Cleanup.of(details, "nvram"),
                images);
    }

    /** The disks of a machine that are images of this plan, by target. */
    List<String> movedTargets(Machine machine) {
        List<String> moved = new ArrayList<>();
        for (Machine.Disk disk : machine.disks()) {
            if (disk.path().equals(images.getOrDefault(disk.target(), "?"))) {
                moved.add(disk.target());
            }
        }
        return moved;
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.strategy.ImportRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a restore will make, fixed before anything is made.
 *
 * @param machine the definition that was kept
 * @param name of the machine to be made
 * @param uuid of the machine to be made
 * @param replaced the definition of the stopped machine that is replaced
 * @param images paths by target, for every disk that may have content
 * @param nvram path for the firmware's variables; empty if there are none
 */
record ImportPlan(
        Machine machine,
        String name,
        String uuid,
        Optional<Machine> replaced,
        Map<String, String> images,
        String nvram) {

    static ImportPlan of(Provider provider, ImportRequest request, RestoreOptions options, SessionNames names)
            throws PluginException {
        byte[] definition = request.metadata().get(Documents.DEFINITION);
        if (definition == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "the backup has no " + Documents.DEFINITION + ": it was not made of a machine under libvirt");
        }
        Machine machine = Machine.parse(new String(definition, StandardCharsets.UTF_8));
        String name = options.name().orElse(machine.name());
        Map<String, String> existing = provider.virsh().uuidsByName();
        Optional<Machine> replaced = replaced(provider, existing, name, options);
        String uuid = replaced.isPresent()
                ? replaced.get().uuid()
                : options.keepsIdentity() ? Uuids.require(machine.uuid()) : names.uuid();
        if (replaced.isEmpty() && existing.containsValue(uuid)) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "the host has a machine with the UUID " + uuid + " under another name; choose identity new");
        }
        Map<String, String> images = new LinkedHashMap<>();
        String suffix = names.suffix();
        for (Machine.Disk disk : machine.disks()) {
            if (disk.hasContent()) {
                String file = SessionNames.safe(name, 60) + "-" + SessionNames.safe(disk.target(), 20) + "-" + suffix;
                images.put(disk.target(), directory(disk, options) + "/" + file + ".qcow2");
            }
        }
        for (String directory :
                images.values().stream().map(ImportPlan::parent).distinct().toList()) {
            requireWritable(provider.commands(), directory);
        }
        boolean variables = request.metadata().containsKey(Documents.NVRAM)
                && !machine.nvram().isEmpty();
        String nvram = variables
                ? parent(machine.nvram()) + "/" + SessionNames.safe(name, 60) + "_VARS-" + suffix + ".fd"
                : "";
        return new ImportPlan(machine, name, uuid, replaced, images, nvram);
    }

    private static Optional<Machine> replaced(
            Provider provider, Map<String, String> existing, String name, RestoreOptions options)
            throws PluginException {
        String uuid = existing.get(name.stripTrailing());
        if (uuid == null) {
            return Optional.empty();
        }
        String shown = "the host has a machine '" + Commands.printable(name) + "' already";
        if (!options.overwrites()) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS, shown + "; choose another name, or allow to overwrite it");
        }
        if (provider.virsh().stats(uuid).active()) {
            throw new PluginException(
                    ErrorKind.CONFLICT, shown + ", and it is running; stop it before it is overwritten");
        }
        return Optional.of(Machine.parse(provider.virsh().definition(uuid)));
    }

    private static String directory(Machine.Disk disk, RestoreOptions options) throws PluginException {
        if (options.targetDirectory().isPresent()) {
            return options.targetDirectory().get();
        }
        if (!disk.type().equals("file") || disk.path().isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "disk " + Commands.printable(disk.target())
                            + " was not in a file; say in which directory its image is"
                            + " to be made (setting targetDirectory)");
        }
        return parent(disk.path());
    }

    static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    private static void requireWritable(Commands commands, String directory) throws PluginException {
        if (!commands.run("test", "-d", directory).good()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "there is no directory " + Commands.printable(directory) + " on "
                            + commands.host().name() + "; make it, or choose another one (setting targetDirectory)");
        }
        if (!commands.run("test", "-w", directory).good()) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "the user may not write to " + Commands.printable(directory) + " on "
                            + commands.host().name() + "; give it the right, or choose another directory");
        }
    }

    /** The image files of the machine that is replaced. */
    List<String> replacedImages() {
        return replaced.map(old -> old.disks().stream()
                        .filter(disk -> disk.hasContent()
                                && disk.type().equals("file")
                                && !disk.path().isEmpty()
                                && images.containsKey(disk.target()))
                        .map(Machine.Disk::path)
                        .toList())
                .orElse(List.of());
    }
}

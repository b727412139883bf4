package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.context.TaskContext;
import io.holdfast.spi.strategy.ImportRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Decides what a restore will make, and finds out whether the host lets it, before anything is made. */
final class ImportPlanner {

    private static final int MAX_NAME = 60;

    private final Provider provider;
    private final ImportRequest request;
    private final RestoreOptions options;
    private final TaskContext context;
    private final Machine machine;
    private final String name;
    private final String suffix;

    ImportPlanner(Provider provider, ImportRequest request, RestoreOptions options, TaskContext context)
            throws PluginException {
        this.provider = provider;
        this.request = request;
        this.options = options;
        this.context = context;
        this.machine = definition(request);
        this.name = options.name().orElse(machine.name());
        this.suffix = provider.names(context).suffix();
    }

    private static Machine definition(ImportRequest request) throws PluginException {
        byte[] definition = request.metadata().get(Documents.DEFINITION);
        if (definition == null) {
            throw new PluginException(
                    ErrorKind.UNSUPPORTED,
                    "the backup has no " + Documents.DEFINITION + ": it was not made of a machine under libvirt");
        }
        return Machine.parse(new String(definition, StandardCharsets.UTF_8));
    }

    /** The name that the restored machine is to have. */
    static String name(ImportRequest request, RestoreOptions options) throws PluginException {
        return options.name().isPresent()
                ? options.name().get()
                : definition(request).name();
    }

    ImportPlan plan() throws PluginException {
        checkTargets();
        Set<String> unused = options.networks().unused(machine);
        if (!unused.isEmpty()) {
            context.log().info("the machine is not connected to " + Commands.printable(String.join(", ", unused)));
        }
        return options.files() ? planFiles() : planMachine();
    }

    private void checkTargets() throws PluginException {
        Set<String> unknown = new TreeSet<>(options.placements().keySet());
        unknown.remove(DiskPlacement.OTHERS);
        List<String> known = contents().stream().map(Machine.Disk::target).toList();
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "the machine has no disk " + String.join(", ", unknown) + "; it has "
                            + Commands.printable(String.join(", ", known)) + " (setting disks)");
        }
    }

    private List<Machine.Disk> contents() {
        return machine.disks().stream().filter(Machine.Disk::hasContent).toList();
    }

    private ImportPlan planFiles() throws PluginException {
        String parent = options.targetDirectory().orElse("/");
        requireWritable(parent);
        String directory = (parent.equals("/") ? "" : parent) + "/" + SessionNames.safe(name, MAX_NAME);
        if (provider.commands().exists(directory)) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "there is " + Commands.printable(directory) + " already; choose another name or directory");
        }
        Map<String, Place> images = new LinkedHashMap<>();
        for (Machine.Disk disk : contents()) {
            String format = options.placement(disk.target()).format().orElse(Place.QCOW2);
            String file = directory + "/" + SessionNames.safe(disk.target(), 20) + extension(format);
            images.put(disk.target(), Place.file(file, format));
        }
        String uuid = options.keepsIdentity()
                ? Uuids.require(machine.uuid())
                : provider.names(context).uuid();
        String nvram = hasVariables() ? directory + "/nvram.fd" : "";
        String tpm = directory + "/tpm.permall";
        Optional<ImportPlan.Staged> state = request.metadata().containsKey(TpmState.DOCUMENT)
                ? Optional.of(new ImportPlan.Staged(tpm, tpm))
                : Optional.empty();
        return new ImportPlan(machine, name, uuid, Optional.empty(), images, Map.of(), nvram, state, directory);
    }

    private static String extension(String format) {
        return format.equals(Place.RAW) ? ".raw" : ".qcow2";
    }

    private ImportPlan planMachine() throws PluginException {
        Map<String, String> existing = provider.virsh().uuidsByName();
        Optional<Machine> replaced = replaced(existing);
        String uuid = replaced.isPresent()
                ? replaced.get().uuid()
                : options.keepsIdentity()
                        ? Uuids.require(machine.uuid())
                        : provider.names(context).uuid();
        if (replaced.isEmpty() && existing.containsValue(uuid)) {
            throw new PluginException(
                    ErrorKind.ALREADY_EXISTS,
                    "the host has a machine with the UUID " + uuid + " under another name; choose identity new");
        }
        options.networks().check(machine, new HostNetworks(provider));
        Map<String, Place> inPlace = options.changesOnly() ? inPlace(replaced) : Map.of();
        Map<String, Place> images = new LinkedHashMap<>();
        for (Machine.Disk disk : contents()) {
            images.put(disk.target(), inPlace.containsKey(disk.target()) ? beside(disk, inPlace) : newPlace(disk));
        }
        checkDirectories(images);
        String nvram = hasVariables()
                ? ImportPlan.parent(machine.nvram()) + "/" + SessionNames.safe(name, MAX_NAME) + "_VARS-" + suffix
                        + ".fd"
                : "";
        if (!nvram.isEmpty()) {
            requireWritable(ImportPlan.parent(nvram));
        }
        return new ImportPlan(machine, name, uuid, replaced, images, inPlace, nvram, tpm(uuid), "");
    }

    private boolean hasVariables() {
        return request.metadata().containsKey(Documents.NVRAM)
                && !machine.nvram().isEmpty();
    }

    private Optional<ImportPlan.Staged> tpm(String uuid) {
        if (!request.metadata().containsKey(TpmState.DOCUMENT)) {
            return Optional.empty();
        }
        return TpmState.of(machine)
                .map(state -> state.file(uuid))
                .map(file -> new ImportPlan.Staged(file, file + "." + suffix));
    }

    private Optional<Machine> replaced(Map<String, String> existing) throws PluginException {
        String uuid = existing.get(name.stripTrailing());
        if (uuid == null) {
            if (options.changesOnly()) {
                throw new PluginException(
                        ErrorKind.NOT_FOUND,
                        provider.host().name() + " has no machine '" + Commands.printable(name)
                                + "' whose images could be compared; leave changesOnly out, or choose the name");
            }
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

    /** The images of the machine that is replaced which can be compared with the backup. */
    private Map<String, Place> inPlace(Optional<Machine> replaced) {
        Map<String, Place> places = new LinkedHashMap<>();
        List<Machine.Disk> old = replaced.map(Machine::disks).orElse(List.of());
        for (Machine.Disk disk : old) {
            boolean known = disk.format().equals(Place.QCOW2) || disk.format().equals(Place.RAW);
            if (disk.hasContent()
                    && known
                    && !disk.path().isEmpty()
                    && !options.placements().containsKey(disk.target())) {
                places.put(disk.target(), Place.of(disk));
            }
        }
        return places;
    }

    /** Where a new image is made if the one that is there turns out to have another size. */
    private Place beside(Machine.Disk disk, Map<String, Place> inPlace) throws PluginException {
        Place there = inPlace.getOrDefault(disk.target(), Place.of(disk));
        if (there.block() || !disk.type().equals("file")) {
            return options.targetDirectory().isPresent() ? newPlace(disk) : there;
        }
        return inDirectory(disk, ImportPlan.parent(there.path()), Place.QCOW2);
    }

    private Place newPlace(Machine.Disk disk) throws PluginException {
        DiskPlacement placement = options.placement(disk.target());
        String format = placement.format().orElse("");
        return switch (placement.kind()) {
            case POOL ->
                new Pools(provider)
                        .volume(placement.argument(), fileName(disk, format.isEmpty() ? Place.QCOW2 : format), format);
            case DIRECTORY -> inDirectory(disk, placement.argument(), format);
            case FILE -> Place.file(placement.argument(), format.isEmpty() ? Place.QCOW2 : format);
            case SAME -> inDirectory(disk, directory(disk), format);
        };
    }

    private Place inDirectory(Machine.Disk disk, String directory, String format) {
        String used = format.isEmpty() ? Place.QCOW2 : format;
        String prefix = directory.equals("/") ? "" : directory;
        return Place.file(prefix + "/" + fileName(disk, used), used);
    }

    private String fileName(Machine.Disk disk, String format) {
        return SessionNames.safe(name, MAX_NAME) + "-" + SessionNames.safe(disk.target(), 20) + "-" + suffix
                + extension(format);
    }

    private String directory(Machine.Disk disk) throws PluginException {
        if (options.targetDirectory().isPresent()) {
            return options.targetDirectory().get();
        }
        if (!disk.type().equals("file") || disk.path().isEmpty()) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG,
                    "disk " + Commands.printable(disk.target())
                            + " was not in a file; say where its image is to be made (setting disks or targetDirectory)");
        }
        return ImportPlan.parent(disk.path());
    }

    private void checkDirectories(Map<String, Place> images) throws PluginException {
        List<String> paths = new ArrayList<>();
        for (Place place : images.values()) {
            if (!place.inPool() && !place.block()) {
                if (paths.contains(place.path()) || provider.commands().exists(place.path())) {
                    throw new PluginException(
                            ErrorKind.ALREADY_EXISTS,
                            "there is a file " + Commands.printable(place.path())
                                    + " already; choose another one (setting disks)");
                }
                paths.add(place.path());
            }
        }
        for (String directory :
                paths.stream().map(ImportPlan::parent).distinct().toList()) {
            requireWritable(directory);
        }
    }

    private void requireWritable(String directory) throws PluginException {
        Commands commands = provider.commands();
        if (!commands.run("test", "-d", directory).good()) {
            throw new PluginException(
                    ErrorKind.NOT_FOUND,
                    "there is no directory " + Commands.printable(directory) + " on "
                            + commands.host().name()
                            + "; make it, or choose another one (setting targetDirectory or disks)");
        }
        if (!commands.run("test", "-w", directory).good()) {
            throw new PluginException(
                    ErrorKind.PERMISSION,
                    "the user may not write to " + Commands.printable(directory) + " on "
                            + commands.host().name() + "; give it the right, or choose another directory");
        }
    }
}

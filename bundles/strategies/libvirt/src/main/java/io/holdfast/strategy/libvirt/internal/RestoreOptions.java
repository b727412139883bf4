package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Map;
import java.util.Optional;

/**
 * How a machine is restored.
 *
 * @param files whether files are made, and no machine
 * @param name of the machine; empty for the one it had
 * @param keepsIdentity whether it gets the UUID and the network addresses that it had
 * @param host of several where it is made; empty for any
 * @param targetDirectory for its images; empty for where they were
 * @param placements of its disks, by target
 * @param networks that its interfaces are connected to
 * @param overwrites whether a stopped machine of that name is replaced
 * @param changesOnly whether the images of the machine that is replaced are kept, and only what differs is written
 * @param starts whether it is started
 */
record RestoreOptions(
        boolean files,
        Optional<String> name,
        boolean keepsIdentity,
        Optional<String> host,
        Optional<String> targetDirectory,
        Map<String, DiskPlacement> placements,
        NetworkMap networks,
        boolean overwrites,
        boolean changesOnly,
        boolean starts) {

    private static final String KEEP = "keep";
    private static final String FILES = "files";

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "as",
                            SettingKind.STRING,
                            "Restore as",
                            "machine makes a machine; files makes its images and its definition in a new directory below the"
                                    + " directory for images, and no machine. Default machine.")
                    .withChoices("machine", FILES)
                    .withDefault("machine"),
            Setting.of(
                    "name",
                    SettingKind.STRING,
                    "Name",
                    "Name of the restored machine: anything but a slash. Default: the one it had."),
            Setting.of(
                            "identity",
                            SettingKind.STRING,
                            "Identity",
                            "new gives new UUID and MAC addresses, so that the machine can run beside the original; keep"
                                    + " keeps them. A machine that is overwritten with its own backup keeps them anyway."
                                    + " Default new.")
                    .withChoices("new", KEEP)
                    .withDefault("new"),
            Setting.of(
                    "host",
                    SettingKind.STRING,
                    "Host",
                    "Which of the provider's hosts gets the machine. Default: where the machine to be overwritten is, or the"
                            + " first that answers."),
            Setting.of(
                    "targetDirectory",
                    SettingKind.STRING,
                    "Directory for images",
                    "Absolute path of an existing directory on the host. Default: where each image was."),
            Setting.of(
                            "disks",
                            SettingKind.STRING,
                            "Disks",
                            "Where single disks go, as vdb=PLACE or vdb=PLACE,format=raw, with * for all others. A place is"
                                    + " pool:NAME, directory:/PATH, file:/PATH (a new file) or same. The format is qcow2 or"
                                    + " raw. Default: the directory for images, qcow2.")
                    .asList(),
            Setting.of(
                            "networks",
                            SettingKind.STRING,
                            "Networks",
                            "What takes the place of a network, bridge or device that the machine was connected to, as"
                                    + " old=network, old=bridge:br0 or old=none (no interface), with * for all others."
                                    + " Default: as it was.")
                    .asList(),
            Setting.of(
                            "overwrite",
                            SettingKind.BOOLEAN,
                            "Overwrite",
                            "Whether a stopped machine of the same name is replaced, with its images. Default false.")
                    .withDefault("false"),
            Setting.of(
                            "changesOnly",
                            SettingKind.BOOLEAN,
                            "Only changes",
                            "When a machine is overwritten: keep its images, compare them with the backup, and write what"
                                    + " differs. Needs no further room; if it is interrupted, the machine is of no use until it"
                                    + " is restored again. Default false.")
                    .withDefault("false"),
            Setting.of("start", SettingKind.BOOLEAN, "Start", "Whether the restored machine is started. Default false.")
                    .withDefault("false"));

    static RestoreOptions of(Settings settings) throws PluginException {
        Optional<String> name = settings.find("name").filter(text -> !text.isEmpty());
        if (name.isPresent() && (name.get().isBlank() || name.get().matches("(?s).*[/\\p{Cntrl}].*"))) {
            throw invalid("a machine's name has no slash and no control characters (setting name)");
        }
        Optional<String> directory = settings.find("targetDirectory").filter(text -> !text.isEmpty());
        if (directory.isPresent() && !directory.get().startsWith("/")) {
            throw invalid("the directory for images must be absolute (setting targetDirectory)");
        }
        RestoreOptions options = new RestoreOptions(
                settings.find("as").orElse("machine").equals(FILES),
                name,
                settings.find("identity").orElse("new").equals(KEEP),
                settings.find("host").filter(text -> !text.isBlank()),
                directory.map(DiskPlacement::directory),
                DiskPlacement.parse(settings.values("disks")),
                NetworkMap.parse(settings.values("networks")),
                settings.flag("overwrite"),
                settings.flag("changesOnly"),
                settings.flag("start"));
        options.check();
        return options;
    }

    private void check() throws PluginException {
        if (changesOnly && !overwrites) {
            throw invalid("only what differs can be written when a machine is overwritten (settings changesOnly and"
                    + " overwrite); without, leave changesOnly out");
        }
        if (files && targetDirectory.isEmpty()) {
            throw invalid("files need a directory to be made in (setting targetDirectory)");
        }
        if (files && (overwrites || starts)) {
            throw invalid("files are neither started nor do they overwrite a machine (settings overwrite and start)");
        }
        if (files && placements.values().stream().anyMatch(p -> p.kind() != DiskPlacement.Kind.SAME)) {
            throw invalid(
                    "files are all made in one directory (setting targetDirectory); for each disk, only the format"
                            + " can be chosen, such as vdb=same,format=raw (setting disks)");
        }
    }

    /** Where a disk goes. */
    DiskPlacement placement(String target) {
        DiskPlacement named = placements.get(target);
        return named != null ? named : placements.getOrDefault(DiskPlacement.OTHERS, DiskPlacement.AS_IT_WAS);
    }

    private static PluginException invalid(String message) {
        return new PluginException(ErrorKind.INVALID_CONFIG, message);
    }
}

package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Optional;

/**
 * How a machine is restored.
 *
 * @param name of the machine; empty for the one it had
 * @param keepsIdentity whether it gets the UUID and the network addresses that it had
 * @param targetDirectory for its images; empty for where they were
 * @param overwrites whether a stopped machine of that name is replaced
 * @param starts whether it is started
 */
record RestoreOptions(
        Optional<String> name,
        boolean keepsIdentity,
        Optional<String> targetDirectory,
        boolean overwrites,
        boolean starts) {

    private static final String KEEP = "keep";

    static final SettingsSchema SCHEMA = SettingsSchema.of(
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
                                    + " keeps them. Default new.")
                    .withChoices("new", KEEP)
                    .withDefault("new"),
            Setting.of(
                    "targetDirectory",
                    SettingKind.STRING,
                    "Directory for images",
                    "Absolute path of an existing directory on the host. Default: where each image was."),
            Setting.of(
                            "overwrite",
                            SettingKind.BOOLEAN,
                            "Overwrite",
                            "Whether a stopped machine of the same name is replaced, with its images. Default false.")
                    .withDefault("false"),
            Setting.of("start", SettingKind.BOOLEAN, "Start", "Whether the restored machine is started. Default false.")
                    .withDefault("false"));

    static RestoreOptions of(Settings settings) throws PluginException {
        Optional<String> name = settings.find("name").filter(text -> !text.isEmpty());
        if (name.isPresent() && (name.get().isBlank() || name.get().matches("(?s).*[/\\p{Cntrl}].*"))) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "a machine's name has no slash and no control characters (setting name)");
        }
        Optional<String> directory = settings.find("targetDirectory").filter(text -> !text.isEmpty());
        if (directory.isPresent() && !directory.get().startsWith("/")) {
            throw new PluginException(
                    ErrorKind.INVALID_CONFIG, "the directory for images must be absolute (setting targetDirectory)");
        }
        return new RestoreOptions(
                name,
                settings.find("identity").orElse("new").equals(KEEP),
                directory.map(path -> path.length() > 1 ? path.replaceAll("/+$", "") : path),
                settings.flag("overwrite"),
                settings.flag("start"));
    }
}

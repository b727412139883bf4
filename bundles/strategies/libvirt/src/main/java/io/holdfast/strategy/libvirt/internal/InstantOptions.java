package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.ErrorKind;
import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Optional;

/**
 * How a machine is run from a backup.
 *
 * @param name of the machine; empty for the one it had
 * @param keepsIdentity whether it gets the UUID and the network addresses that it had
 * @param targetDirectory for its images when it is moved to production; empty for where they were
 * @param connected whether it has its networks
 */
record InstantOptions(
        Optional<String> name, boolean keepsIdentity, Optional<String> targetDirectory, boolean connected) {

    private static final String KEEP = "keep";
    private static final String NONE = "none";

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                    "name",
                    SettingKind.STRING,
                    "Name",
                    "Name of the machine: anything but a slash. Default: the one it had."),
            Setting.of(
                            "identity",
                            SettingKind.STRING,
                            "Identity",
                            "new gives new UUID and MAC addresses, so that the machine can run beside the original; keep"
                                    + " keeps them. Default new.")
                    .withChoices("new", KEEP)
                    .withDefault("new"),
            Setting.of(
                    "host",
                    SettingKind.STRING,
                    "Host",
                    "Which of the provider's hosts runs the machine. Default: the first that answers."),
            Setting.of(
                            "network",
                            SettingKind.STRING,
                            "Network",
                            "keep connects the machine as it was, none takes its network interfaces out. Default keep.")
                    .withChoices(KEEP, NONE)
                    .withDefault(KEEP),
            Setting.of(
                    "targetDirectory",
                    SettingKind.STRING,
                    "Directory for images",
                    "Where the images go when the machine is moved to production: absolute path of an existing directory"
                            + " on the host. Default: where each image was."));

    static InstantOptions of(Settings settings) throws PluginException {
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
        return new InstantOptions(
                name,
                settings.find("identity").orElse("new").equals(KEEP),
                directory.map(path -> path.length() > 1 ? path.replaceAll("/+$", "") : path),
                !settings.find("network").orElse(KEEP).equals(NONE));
    }
}

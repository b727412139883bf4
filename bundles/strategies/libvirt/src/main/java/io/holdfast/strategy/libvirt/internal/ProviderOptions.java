package io.holdfast.strategy.libvirt.internal;

import io.holdfast.spi.PluginException;
import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;

/** The settings of a host, and the way to it. */
final class ProviderOptions {

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                            "connection",
                            SettingKind.STRING,
                            "Connection",
                            "local for the host that the node itself runs on. Default local.")
                    .withChoices("local")
                    .withDefault("local"),
            Setting.of(
                            "uri",
                            SettingKind.STRING,
                            "libvirt URI",
                            "How libvirt is reached on the host. Default qemu:///system.")
                    .withDefault("qemu:///system"),
            Setting.of(
                            "scratchDirectory",
                            SettingKind.STRING,
                            "Scratch directory",
                            "Absolute path on the host, at most 60 bytes, for sockets and for blocks that running machines"
                                    + " overwrite while they are read: give it the room of what is written meanwhile. Made if"
                                    + " it does not exist.")
                    .withDefault("/var/lib/libvirt/qemu/holdfast"));

    private ProviderOptions() {}

    static Host connect(Settings settings) throws PluginException {
        return new LocalHost();
    }
}

package io.holdfast.spi.settings;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings that a plugin takes, in the order in which people should see them.
 *
 * @param settings the settings; names are unique
 */
public record SettingsSchema(List<Setting> settings) {

    /** Checks that names are unique and defaults are valid: a wrong default is the plugin's defect, not its user's. */
    public SettingsSchema {
        settings = List.copyOf(settings);
        Set<String> names = new HashSet<>();
        for (Setting setting : settings) {
            if (!names.add(setting.name())) {
                throw new IllegalArgumentException("setting " + setting.name() + " is described twice");
            }
            Settings.checkDefault(setting);
        }
    }

    /** A schema of these settings. */
    public static SettingsSchema of(Setting... settings) {
        return new SettingsSchema(List.of(settings));
    }

    /** The setting of that name. */
    public Optional<Setting> setting(String name) {
        return settings.stream().filter(s -> s.name().equals(name)).findFirst();
    }
}

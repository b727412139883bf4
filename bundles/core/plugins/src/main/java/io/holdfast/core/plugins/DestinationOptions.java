package io.holdfast.core.plugins;

import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every destination can be told, whatever plugin it is of: settings of the core beside those of the plugin. */
public final class DestinationOptions {

    /** How much parity is stored beside new packs: percent of the stored bytes, 0 to 50. */
    public static final String PARITY = "parityPercent";

    private static final Setting PARITY_SETTING = Setting.of(
                    PARITY,
                    SettingKind.INTEGER,
                    "Parity in percent",
                    "So many percent of what is stored are stored in addition, from which bad sectors, flipped bits and lost"
                            + " ends of files are repaired; 0 for none. Applies to what is stored from now on, and to"
                            + " what is verified.")
            .withDefault("0")
            .withRange(0, 50);

    private DestinationOptions() {}

    /** The settings of a plugin's destinations and, after them, the core's own. */
    public static SettingsSchema with(SettingsSchema plugin) {
        if (plugin.setting(PARITY).isPresent()) {
            return plugin;
        }
        List<Setting> all = new ArrayList<>(plugin.settings());
        all.add(PARITY_SETTING);
        return new SettingsSchema(all);
    }

    /**
     * How much parity a destination is to have, 0 to 50 percent.
     *
     * @param settings values that were checked against the schema
     */
    public static int parityPercent(Map<String, List<String>> settings) {
        List<String> given = settings.getOrDefault(PARITY, List.of());
        return given.isEmpty() ? 0 : Integer.parseInt(given.get(0));
    }
}

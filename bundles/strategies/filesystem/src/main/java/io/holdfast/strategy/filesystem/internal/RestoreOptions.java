package io.holdfast.strategy.filesystem.internal;

import io.holdfast.spi.settings.Setting;
import io.holdfast.spi.settings.SettingKind;
import io.holdfast.spi.settings.Settings;
import io.holdfast.spi.settings.SettingsSchema;
import java.util.Optional;

/**
 * The choices of one restore.
 *
 * @param target where to; empty for the original place
 * @param overwrite what happens to what exists
 * @param ownership who owns what is restored
 */
record RestoreOptions(Optional<String> target, OverwriteRule overwrite, Ownership ownership) {

    /** Who owns what is restored. */
    enum Ownership {
        /** The user and group of the same names; where this node has none of the name, the same numbers. */
        NAMES,
        /** The same numbers. */
        NUMBERS,
        /** Whoever restores. */
        NONE
    }

    static final SettingsSchema SCHEMA = SettingsSchema.of(
            Setting.of(
                    "target",
                    SettingKind.PATH,
                    "Target",
                    "Absolute path of the directory to restore to, within the provider's roots; it is created if it does not exist."
                            + " Empty: the original place."),
            Setting.of(
                            "overwrite",
                            SettingKind.STRING,
                            "Overwrite",
                            "What happens to files that exist: 'always' replaces them, 'if-changed' those whose type, size, modification"
                                    + " time, permissions or owner differ, 'if-newer' those that are older than in the backup, 'never'"
                                    + " none.")
                    .withChoices("always", "if-changed", "if-newer", "never")
                    .withDefault("always"),
            Setting.of(
                            "ownership",
                            SettingKind.STRING,
                            "Ownership",
                            "'names' gives files to the user and group of the same names (the same numbers if this node does not know"
                                    + " the name), 'numbers' to the same numbers, 'none' leaves them to the user who restores.")
                    .withChoices("names", "numbers", "none")
                    .withDefault("names"));

    static RestoreOptions of(Settings settings) {
        return new RestoreOptions(
                settings.find("target").filter(target -> !target.isEmpty()),
                switch (settings.find("overwrite").orElse("always")) {
                    case "if-changed" -> OverwriteRule.IF_CHANGED;
                    case "if-newer" -> OverwriteRule.IF_NEWER;
                    case "never" -> OverwriteRule.NEVER;
                    default -> OverwriteRule.ALWAYS;
                },
                switch (settings.find("ownership").orElse("names")) {
                    case "numbers" -> Ownership.NUMBERS;
                    case "none" -> Ownership.NONE;
                    default -> Ownership.NAMES;
                });
    }
}
